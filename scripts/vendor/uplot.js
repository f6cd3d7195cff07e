// What pages may import from /static/vendor/uplot.js; the bundle and its types both come from here.
export { default } from "uplot";
