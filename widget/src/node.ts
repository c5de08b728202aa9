/** Makes elements. Every text goes in as a text node: there is no way from here to markup. */

export type Child = Node | string | false | null | undefined;
type Attributes = Record<string, string | number | boolean | null | undefined>;
type Named<T extends string> = T extends `${infer Name}.${string}` ? Name : T;
type Made<T extends string> = Named<T> extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Named<T>] : HTMLElement;

/** `h('p.note amber', {title}, child, …)`: its classes are its parts too. An attribute that is true has no value; false,
 * null and undefined are left out. */
export function h<T extends string>(tag: T, ...rest: (Child | Attributes)[]): Made<T> {
  const [name, classes] = tag.split('.');
  const element = document.createElement(name!);
  const set = (attributes: Attributes): void => {
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(key, value === true ? '' : `${value}`);
    }
  };
  set({ class: classes, part: classes });
  for (const one of rest) {
    if (one instanceof Node || typeof one === 'string') element.append(one);
    else if (one) set(one);
  }
  return element as Made<T>;
}

export function button(classes: string, label: Child, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = h(`button.${classes}`, { type: 'button', ...attributes }, label) as HTMLButtonElement;
  made.addEventListener('click', press);
  return made;
}
