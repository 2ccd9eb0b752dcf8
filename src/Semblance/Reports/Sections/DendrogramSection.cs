namespace Semblance.Reports.Sections;

/// <summary>The drawing of a tree of classes: names and images on the left, joined at the level where they become one node.</summary>
internal static class DendrogramSection
{
    private const int Width = 1100;
    private const int NameWidth = 190;
    private const int Top = 74;
    private const int Gap = 4;
    private const int Right = 30;
    private const int LettersOfName = 26;
    private const int Colours = 6;

    public static void Write(ReportPage page, DendrogramReport report) => page.AddSection("tree", "Which classes look alike", () =>
    {
        page.Body.Add($"""<p class="note">The farther to the right two lines meet, the less alike the classes are. A line ends at the level at which its classes become one node; above each level stand its squared distance and its number of nodes. Levels behind the first with one node are left out.</p>""");
        if (report.Note is not null)
        {
            page.Body.Add($"""<p class="note">{report.Note}</p>""");
        }
        page.Body.Add($"""<div class="scroll printed" tabindex="0">""");
        new Drawing(page.Body, report.Tree).Draw();
        page.Body.Add($"</div>\n");
    });

    /// <summary>One drawing; presentation attributes take the page's colours, light or dark, and need no style of their own.</summary>
    private sealed class Drawing(Html html, Dendrogram tree)
    {
        private readonly int _row = tree.Leaves.Count switch { <= 40 => 46, <= 100 => 32, _ => 24 };
        private readonly int _most = tree.Leaves.Count == 0 ? 0 : tree.Leaves.Max(leaf => leaf.Images.Count);
        private readonly int _coloured = ColouredLevel(tree);

        // Behind the first level with one node there is nothing to see.
        private readonly int _last = LastLevel(tree);

        private int Picture => _row - 4;

        private int Left => NameWidth + (_most * (Picture + Gap)) + 16;

        private int Height => Top + (tree.Leaves.Count * _row) + 16;

        public void Draw()
        {
            html.Add($"""<svg viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" role="img" aria-label="Tree of {tree.Leaves.Count} classes or groups of classes with {tree.Levels.Count} levels" font-size="12">""");
            DrawLevels();
            for (int leaf = 0; leaf < tree.Leaves.Count; leaf++)
            {
                DrawLeaf(leaf);
            }
            DrawJoins();
            html.Add($"</svg>");
        }

        private double X(int level)
        {
            double first = tree.Levels[0].Threshold, last = tree.Levels[_last].Threshold;
            double part = last > first ? (tree.Levels[level].Threshold - first) / (last - first) : 1;
            // Level 0 stands off the leaves, so that what it joins is seen.
            return Left + 36 + (part * (Width - Right - Left - 36));
        }

        private double Y(double leaf) => Top + ((leaf + 0.5) * _row);

        private void DrawLevels()
        {
            html.Add($"""<g fill="var(--muted)" font-size="11" text-anchor="end"><text x="{Left + 10}" y="20">level</text><text x="{Left + 10}" y="38">distance</text><text x="{Left + 10}" y="56">nodes</text></g>""");
            html.Add($"""<g text-anchor="middle" font-size="11" fill="var(--muted)" stroke="none">""");
            double free = double.NegativeInfinity;
            for (int level = 0; level <= _last; level++)
            {
                double x = X(level);
                html.Add($"""<line x1="{x:0.#}" y1="{Top - 8}" x2="{x:0.#}" y2="{Height - 10}" stroke="var(--grid)"/>""");
                if (x >= free || level == _last)
                {
                    free = x + 34;
                    html.Add($"""<text x="{x:0.#}" y="20" fill="var(--text)" font-weight="600">{level}</text><text x="{x:0.#}" y="38">{tree.Levels[level].Threshold:0.00}</text><text x="{x:0.#}" y="56" fill="var(--text)">{tree.Levels[level].Nodes}</text>""");
                }
            }
            html.Add($"</g>");
        }

        private void DrawLeaf(int leaf)
        {
            DendrogramLeaf drawn = tree.Leaves[leaf];
            string name = drawn.Name.Length <= LettersOfName ? drawn.Name : drawn.Name[..(LettersOfName - 1)] + "…";
            html.Add($"""<g><title>{drawn.Detail}</title><text x="{NameWidth}" y="{Y(leaf) + 4:0.#}" text-anchor="end" fill="var(--text)">{name}</text>""");
            for (int k = 0; k < drawn.Images.Count; k++)
            {
                html.Add($"""<image x="{NameWidth + 8 + (k * (Picture + Gap))}" y="{Y(leaf) - (Picture / 2.0):0.#}" width="{Picture}" height="{Picture}" preserveAspectRatio="xMidYMid slice" href="{drawn.Images[k].DataUri}"/>""");
            }
            html.Add($"</g>");
        }

        /// <summary>Walks the levels: what is one node from here on is joined by an upright line, and goes on from its middle.</summary>
        private void DrawJoins()
        {
            html.Add($"""<g fill="none" stroke-width="1.6" stroke-linecap="round">""");
            List<Branch> branches = [.. tree.Leaves.Select((_, leaf) => new Branch(leaf, leaf, leaf, Left))];
            for (int level = 0; level <= _last; level++)
            {
                List<Branch> joined = [];
                foreach (Branch[] node in ByNode(branches, level))
                {
                    joined.Add(node.Length == 1 ? node[0] : Join(node, level));
                }
                branches = joined;
            }
            foreach (Branch left in branches)
            {
                Line(left.X, Y(left.Y), Width - Right + 14, Y(left.Y), "var(--muted)");
            }
            html.Add($"</g>");
        }

        private IEnumerable<Branch[]> ByNode(List<Branch> branches, int level)
        {
            int start = 0;
            for (int end = 1; end <= branches.Count; end++)
            {
                if (end == branches.Count || tree.Leaves[branches[end].First].Nodes[level] != tree.Leaves[branches[start].First].Nodes[level])
                {
                    yield return [.. branches[start..end]];
                    start = end;
                }
            }
        }

        private Branch Join(Branch[] node, int level)
        {
            double x = X(level);
            foreach (Branch branch in node)
            {
                Line(branch.X, Y(branch.Y), x, Y(branch.Y), Colour(branch, level));
            }
            Branch whole = new(node[0].First, node[^1].Last, (node[0].Y + node[^1].Y) / 2, x);
            Line(x, Y(node[0].Y), x, Y(node[^1].Y), Colour(whole, level));
            return whole;
        }

        private void Line(double x1, double y1, double x2, double y2, string colour) =>
            html.Add($"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{colour}"/>""");

        /// <summary>Up to the coloured level each node of several leaves has a colour; all else is grey.</summary>
        private string Colour(Branch branch, int level)
        {
            if (_coloured < 0 || level > _coloured)
            {
                return "var(--muted)";
            }
            int node = tree.Leaves[branch.First].Nodes[_coloured];
            int place = ColouredNodes().IndexOf(node);
            return place < 0 ? "var(--muted)" : $"var(--series-{1 + (place % Colours)})";
        }

        private List<int>? _colouredNodes;

        private List<int> ColouredNodes() => _colouredNodes ??= [.. tree.Leaves.GroupBy(leaf => leaf.Nodes[_coloured]).Where(group => group.Count() > 1).Select(group => group.Key)];

        private static int LastLevel(Dendrogram tree)
        {
            int one = tree.Levels.Select(level => level.Nodes).ToList().IndexOf(1);
            return one < 0 ? tree.Levels.Count - 1 : one;
        }

        /// <summary>The level with the most nodes of several leaves; -1 where there is none but the root.</summary>
        private static int ColouredLevel(Dendrogram tree)
        {
            int[] several = [.. Enumerable.Range(0, tree.Levels.Count).Select(level => tree.Leaves.GroupBy(leaf => leaf.Nodes[level]).Count(group => group.Count() > 1))];
            int most = several.Length == 0 ? 0 : several.Max();
            return most < 1 ? -1 : Array.LastIndexOf(several, most);
        }
    }

    /// <summary>Some leaves that have become one: where its line stands and how far it has come.</summary>
    private readonly record struct Branch(int First, int Last, double Y, double X);
}
