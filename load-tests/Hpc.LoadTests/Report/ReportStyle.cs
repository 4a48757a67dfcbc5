namespace Hpc.LoadTests.Report;

/// <summary>The style of the HTML report, for light and dark screens and for paper.</summary>
internal static class ReportStyle
{
    // Stands in the page as it is: no less-than sign, no ampersand.
    public const string Text = """
        :root { color-scheme: light dark; --back: #fbfbfa; --card: #ffffff; --text: #1d2327; --soft: #5c6670; --line: #dfe3e6; --band: #f1f3f4; --good: #1a7f4b; --bad: #c0392b;
          --l0: #1f6feb; --l1: #d9730d; --l2: #1a7f4b; --l3: #a4399b; --l4: #b08800; --l5: #c0392b; --l6: #0e8a92; --l7: #6b6f76; }
        @media (prefers-color-scheme: dark) {
          :root { --back: #14181b; --card: #1b2024; --text: #e4e7ea; --soft: #98a3ad; --line: #323a41; --band: #20262b; --good: #4cc38a; --bad: #ff7b6b;
            --l0: #6ea8fe; --l1: #ffab5e; --l2: #4cc38a; --l3: #e08fd8; --l4: #e3c04b; --l5: #ff7b6b; --l6: #56c8d0; --l7: #a9b0b8; } }
        @media print {
          :root { --back: #ffffff; --card: #ffffff; --text: #000000; --soft: #444444; --line: #cccccc; --band: #f4f4f4; --good: #0b6b3a; --bad: #a52a1c;
            --l0: #1f6feb; --l1: #d9730d; --l2: #1a7f4b; --l3: #a4399b; --l4: #b08800; --l5: #c0392b; --l6: #0e8a92; --l7: #6b6f76; }
          figure, tr, .tile { break-inside: avoid; } body { max-width: none; } i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        body { margin: 0 auto; max-width: 960px; padding: 24px; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
        p { margin: 4px 0; } .soft { color: var(--soft); }
        .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 20px 0; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
        .tile b { display: block; font-size: 20px; } .tile span { color: var(--soft); font-size: 13px; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; background: var(--card); font-variant-numeric: tabular-nums; }
        th, td { border-bottom: 1px solid var(--line); padding: 5px 10px; text-align: right; white-space: nowrap; vertical-align: top; }
        th { color: var(--soft); font-weight: 500; font-size: 13px; }
        th:first-child, td:first-child, .text { text-align: left; } td.message { white-space: pre-wrap; overflow-wrap: anywhere; text-align: left; }
        figure { margin: 0 0 20px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; }
        figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
        svg text { fill: var(--soft); font: 11px system-ui, sans-serif; } .grid { stroke: var(--line); } .tick { stroke: var(--soft); }
        .band0 { fill: var(--band); } .band1 { fill: none; pointer-events: all; }
        polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
        .legend { font-size: 13px; } .legend span { margin-right: 14px; } .legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px; vertical-align: middle; }
        .c0 { stroke: var(--l0); } .c1 { stroke: var(--l1); } .c2 { stroke: var(--l2); } .c3 { stroke: var(--l3); }
        .c4 { stroke: var(--l4); } .c5 { stroke: var(--l5); } .c6 { stroke: var(--l6); } .c7 { stroke: var(--l7); }
        .k0 { background: var(--l0); } .k1 { background: var(--l1); } .k2 { background: var(--l2); } .k3 { background: var(--l3); }
        .k4 { background: var(--l4); } .k5 { background: var(--l5); } .k6 { background: var(--l6); } .k7 { background: var(--l7); }
        """;
}
