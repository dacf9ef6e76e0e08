// The one place that knows where lit-html is.
export { html, svg, nothing, render } from '/lib/lit-html/lit-html.js';
