async (strong) => {
  // What axe cannot decide is a violation to us, but for contrast on what it does
  // not see through, all of it in plain colours: the ribbon's stripes (black on
  // #ffd43d and #ffc700, 13 to 1 at the least); the line between the steps, which
  // passes above their labels and behind their marks; the face of a clock.
  const decided = "#ribbon *, #progress *, .clock .seconds";
  const result = await window.axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: strong } },
    resultTypes: ["violations", "incomplete"],
    preload: false, // every style sheet is here already
  });
  const told = ({ id }, node, kind) => `${id}${kind}: ${node.target.join(" ")}: ${[...node.any, ...node.all, ...node.none].map((c) => c.message).join("; ")} ${node.html.slice(0, 120)}`;
  const open = ({ id }, node) => !(id.startsWith("color-contrast") && document.querySelector(node.target[0]).matches(decided));
  return [
    ...result.violations.flatMap((rule) => rule.nodes.map((node) => told(rule, node, ""))),
    ...result.incomplete.flatMap((rule) => rule.nodes.filter((node) => open(rule, node)).map((node) => told(rule, node, " (undecided)"))),
  ];
}
