namespace Semblance.Reports;

/// <summary>What the sections of a page write into: markup, charts and the list of sections.</summary>
internal sealed class ReportPage
{
    /// <summary>The sections' markup.</summary>
    public Html Body { get; } = new();

    /// <summary>The charts that the page's script draws.</summary>
    public List<ChartSpec> Charts { get; } = [];

    /// <summary>Where the sections are and what they are called, in order.</summary>
    public List<(string Id, string Title)> Sections { get; } = [];

    /// <summary>Writes a section around what <paramref name="content"/> writes.</summary>
    /// <param name="id">Its address in the page.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="content">Writes what is in it.</param>
    /// <param name="shortTitle">What the list of sections calls it; null for the heading.</param>
    public void AddSection(string id, string title, Action content, string? shortTitle = null)
    {
        Sections.Add((id, shortTitle ?? title));
        Body.Add($"""<section id="{id}" aria-labelledby="{id}-title"><h2 id="{id}-title">{title}</h2>""");
        content();
        Body.Add($"</section>\n");
    }

    /// <summary>Writes the place of a chart.</summary>
    /// <param name="chart">What is drawn there.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="note">What a reader should know about it; null for nothing.</param>
    /// <param name="protocol">The protocol id of its numbers; null where they are no scores.</param>
    public void AddChart(ChartSpec chart, string title, string description, string? note = null, string? protocol = null)
    {
        Charts.Add(chart);
        Body.Add($"""<figure class="chart" id="{chart.Id}"><figcaption>{title}</figcaption>""");
        Body.Add($"""<div class="plot"><canvas role="img" aria-label="{description}"></canvas><noscript>Charts need scripts to be allowed.</noscript></div>""");
        if (note is not null)
        {
            Body.Add($"""<p class="note">{note}</p>""");
        }
        if (protocol is not null)
        {
            AddProtocol(protocol);
        }
        Body.Add($"</figure>\n");
    }

    /// <summary>Writes a line with a protocol id.</summary>
    public void AddProtocol(string protocol) => Body.Add($"""<p class="protocol"><span>Protocol</span> <code>{protocol}</code></p>""");
}
