"""HTTP and the chat page: translate the event stream, add nothing."""
