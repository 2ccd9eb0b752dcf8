using System.Globalization;
using Microsoft.Playwright;
using Xunit;

namespace Semblance.Tests.Serving.Page;

/// <summary>Searching with the page, in a real browser against a real service.</summary>
public sealed class SearchPageTests(PageFixture pages) : IClassFixture<PageFixture>
{
    private const string Dropping = """
        async ([url, kind]) => {
          const bytes = await (await fetch(url)).arrayBuffer();
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], "brought.png", { type: "image/png" }));
          const target = document.querySelector(".dropzone");
          target.dispatchEvent(kind === "paste"
            ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
            : new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }
        """;

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task An_image_that_is_chosen_is_found_again(int width)
    {
        await using Visit visit = await pages.OpenAsync(width: width);
        await visit.Page.Locator("h1").GetByText("Find images that look alike").WaitForAsync();
        await ChooseAsync(visit, 5);

        await visit.ResultsAsync();
        Assert.Equal(PageServer.IdOf(5), (await visit.IdsAsync())[0]);
        Assert.Equal("0", await visit.Cards.First.Locator(".distance b").TextContentAsync());
        Assert.StartsWith("#/search?code=", visit.Place, StringComparison.Ordinal);
        await visit.UntilAsync("/^24 results, distances 0 to [0-9]+\\.$/.test(document.querySelector('[role=status][aria-live]').textContent)");
        Assert.Contains("number: 5", await visit.Cards.First.Locator(".payload").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(["odd", "other"], await visit.Cards.First.Locator(".tags li").AllTextContentsAsync());
        Assert.Equal("results-title", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
        await visit.KeepPictureAsync($"chosen-{width}");
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("paste")]
    public async Task An_image_that_is_dropped_or_pasted_is_found_again(string kind)
    {
        await using Visit visit = await pages.OpenAsync();
        await visit.Page.Locator(".dropzone").WaitForAsync();
        await visit.Page.EvaluateAsync(Dropping, new[] { $"{pages.Server!.Address}/v1/images?id={Uri.EscapeDataString(PageServer.IdOf(7))}", kind });
        await visit.ResultsAsync();
        Assert.Equal(PageServer.IdOf(7), (await visit.IdsAsync())[0]);
        Assert.Equal("brought.png", await visit.Page.Locator(".query h2").TextContentAsync());
    }

    [Fact]
    public async Task A_region_is_moved_and_resized_by_keys_and_by_pointer()
    {
        await using Visit visit = await pages.OpenAsync();
        await ChooseAsync(visit, 5);
        await visit.ResultsAsync();
        IRequest first = await visit.Page.RunAndWaitForRequestAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Crop" }).ClickAsync(), request => request.Url.Contains("region=", StringComparison.Ordinal));
        Assert.Equal([0.2, 0.2, 0.6, 0.6], Region(first));
        ILocator region = visit.Page.Locator(".region");
        await region.FocusAsync();

        IRequest byKeys = await visit.Page.RunAndWaitForRequestAsync(
            async () =>
            {
                await visit.Page.Keyboard.PressAsync("ArrowRight");
                await visit.Page.Keyboard.PressAsync("ArrowUp");
                await visit.Page.Keyboard.PressAsync("Shift+ArrowLeft");
            },
            request => request.Url.Contains("region=", StringComparison.Ordinal));
        Assert.Equal([0.22, 0.18, 0.58, 0.6], Region(byKeys));
        Assert.Contains("58% by 60%, 22% from the left and 18% from the top", await region.GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        await visit.UntilAsync("document.activeElement.className === 'region'");

        IRequest byPointer = await visit.Page.RunAndWaitForRequestAsync(() => DragAsync(visit, visit.Page.Locator(".corner.se"), -40, -30), request => request.Url.Contains("region=", StringComparison.Ordinal));
        double[] resized = Region(byPointer);
        Assert.Equal([0.22, 0.18], resized[..2]);
        Assert.InRange(resized[2], 0.3, 0.5);
        Assert.InRange(resized[3], 0.3, 0.55);
        await visit.KeepPictureAsync("crop");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Whole image" }).ClickAsync();
        await visit.UntilAsync("document.querySelector('.region') === null && document.querySelector('.results .distance b')?.textContent === '0'");
    }

    [Fact]
    public async Task Results_are_filtered_by_tags_and_distance_and_the_address_keeps_it()
    {
        await using Visit visit = await pages.OpenAsync($"search?id={Uri.EscapeDataString(PageServer.IdOf(1))}&k=48");
        await visit.ResultsAsync();
        Assert.Equal(PageServer.Different + PageServer.Copies - 1, await visit.Cards.CountAsync());

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Only with tag odd" }).ClickAsync();
        await visit.UntilAsync("document.querySelectorAll('.results .card').length === 12");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "with odd; turn around" }).ClickAsync();
        await visit.UntilAsync("[...document.querySelectorAll('.results .tags')].every(tags => !tags.textContent.includes('odd'))");
        Assert.Contains("not=odd", visit.Place, StringComparison.Ordinal);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove tag odd" }).ClickAsync();

        await visit.Page.GetByText("Within a distance").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Slider).FillAsync("8");
        await visit.UntilAsync("[...document.querySelectorAll('.results .distance b')].every(distance => Number(distance.textContent) <= 8) && document.querySelectorAll('.results .card').length < 5");
        Assert.Equal(["copies/01.png"], await visit.IdsAsync());
        await visit.Page.ReloadAsync();
        await visit.ResultsAsync();
        Assert.Equal(["copies/01.png"], await visit.IdsAsync());

        await visit.Page.Locator("#tag").FillAsync("nobody");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.GetByText("Nothing fits").WaitForAsync();
        await visit.KeepPictureAsync("nothing");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove the filters" }).ClickAsync();
        await visit.ResultsAsync();
    }

    [Fact]
    public async Task More_like_this_goes_on_and_back_and_forward_return()
    {
        await using Visit visit = await pages.OpenAsync($"search?id={Uri.EscapeDataString(PageServer.IdOf(2))}");
        await visit.ResultsAsync();
        string[] first = await visit.IdsAsync();
        await visit.Cards.Nth(3).GetByRole(AriaRole.Button, new() { Name = "More like" }).ClickAsync();
        await visit.UntilAsync($"location.hash.includes(encodeURIComponent('{first[3]}')) && document.querySelector('.query .name').title === '{first[3]}'");
        await visit.UntilAsync($"document.querySelector('.results .card .name')?.title !== '{first[0]}'");

        await visit.BackAsync();
        await visit.UntilAsync($"document.querySelector('.query .name').title === '{PageServer.IdOf(2)}' && document.querySelector('.results .card .name')?.title === '{first[0]}'");
        Assert.Equal(first, await visit.IdsAsync());
        await visit.ForwardAsync();
        await visit.UntilAsync($"document.querySelector('.query .name').title === '{first[3]}'");

        await visit.ResultsAsync();
        await visit.Cards.First.Locator(".open").ClickAsync();
        ILocator dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.WaitForAsync();
        await visit.BackAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visit.ForwardAsync();
        await dialog.WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visit.BackAsync();
        await visit.UntilAsync($"document.querySelector('.query .name').title === '{PageServer.IdOf(2)}'");
    }

    [Fact]
    public async Task Marks_are_kept_by_the_server_and_exported_as_labels()
    {
        await using Visit visit = await pages.OpenAsync($"search?id={Uri.EscapeDataString(PageServer.IdOf(4))}");
        await visit.ResultsAsync();
        string[] ids = await visit.IdsAsync();
        await visit.Page.RunAndWaitForResponseAsync(() => MarkAsync(visit, ids[0], "right"), response => response.Request.Method == "POST" && response.Status == 204);
        await visit.Page.RunAndWaitForResponseAsync(() => MarkAsync(visit, ids[1], "wrong"), response => response.Request.Method == "POST" && response.Status == 204);
        await visit.Page.RunAndWaitForResponseAsync(() => MarkAsync(visit, ids[2], "right"), response => response.Request.Method == "POST" && response.Status == 204);
        await visit.Page.RunAndWaitForResponseAsync(() => MarkAsync(visit, ids[2], "right"), response => response.Request.Method == "DELETE" && response.Status == 204);

        await visit.Page.ReloadAsync();
        await visit.UntilAsync("document.querySelectorAll('[aria-pressed=true]').length === 2");
        Assert.Contains("marked right", await visit.Cards.Nth(0).Locator(".open").GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        Assert.Contains("marked wrong", await visit.Cards.Nth(1).Locator(".open").GetAttributeAsync("aria-label"), StringComparison.Ordinal);

        await visit.GoAsync("marks");
        await visit.Page.Locator(".pair.right").First.WaitForAsync();
        await visit.KeepPictureAsync("marks");
        IDownload download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Labels for training" }).ClickAsync());
        Assert.Equal("labels.csv", download.SuggestedFilename);
        string[] lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal("path,label,conflicts", lines[0]);
        string LabelOf(string id) => lines.Single(line => line.StartsWith(id + ",", StringComparison.Ordinal)).Split(',')[1];
        Assert.Equal(LabelOf(PageServer.IdOf(4)), LabelOf(ids[0]));
    }

    [Fact]
    public async Task An_item_is_looked_at_added_and_deleted()
    {
        await using Visit visit = await pages.OpenAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add images" }).ClickAsync();
        ILocator dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "new one.png", MimeType = "image/png", Buffer = Ingestion.DrawnImages.Png(900) });
        await dialog.GetByLabel("Tags").FillAsync("fresh, odd");
        await dialog.GetByLabel("Payload").FillAsync("{");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await dialog.GetByText("The payload is no JSON").WaitForAsync();
        await dialog.GetByLabel("Payload").FillAsync("""{"from": "page"}""");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();

        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "new one.png" }).WaitForAsync();
        await dialog.Locator(".chip").First.WaitForAsync();
        Assert.Equal(["fresh", "odd"], await dialog.Locator(".chip").AllTextContentsAsync());
        Assert.Contains("\"from\": \"page\"", await dialog.Locator("pre").TextContentAsync(), StringComparison.Ordinal);
        await visit.UntilAsync("document.querySelector('dialog img')?.naturalWidth === 48");
        await visit.KeepPictureAsync("detail");
        visit.RequestsMayFail = true;
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visit.GoAsync("search?id=new%20one.png");
        await visit.Page.GetByText("no item new one.png").First.WaitForAsync();
    }

    [Fact]
    public async Task Cancel_ends_the_upload_that_runs_and_sends_no_more()
    {
        await using Visit visit = await pages.OpenAsync();
        visit.RequestsMayFail = true;
        int sent = 0;
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        visit.Page.RequestFailed += (_, _) => ended.TrySetResult();
        await visit.Page.RouteAsync("**/v1/items?id=cancelled*", _ => Task.FromResult(++sent));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add images" }).ClickAsync();
        ILocator dialog = visit.Page.GetByRole(AriaRole.Dialog);
        FilePayload[] files = [.. Enumerable.Range(0, 3).Select(i => new FilePayload { Name = $"cancelled-{i}.png", MimeType = "image/png", Buffer = Ingestion.DrawnImages.Png(910 + i) })];
        await dialog.Locator("input[type=file]").SetInputFilesAsync(files);

        await visit.Page.RunAndWaitForRequestAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync(), request => request.Url.Contains("cancelled-0", StringComparison.Ordinal));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await visit.Page.EvaluateAsync("new Promise(done => setTimeout(done, 200))");
        Assert.Equal(1, sent);
    }

    private static async Task ChooseAsync(Visit visit, int number) =>
        await visit.Page.GetByLabel("Image to search with").SetInputFilesAsync(new FilePayload { Name = "chosen.png", MimeType = "image/png", Buffer = Ingestion.DrawnImages.Png(number, 120, 90) });

    private static Task MarkAsync(Visit visit, string id, string mark) => visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Mark {id} as {mark}" }).ClickAsync();

    private static double[] Region(IRequest request) => [.. Uri.UnescapeDataString(request.Url).Split("region=")[1].Split('&')[0].Split(',').Select(share => double.Parse(share, CultureInfo.InvariantCulture))];

    private static async Task DragAsync(Visit visit, ILocator from, float x, float y)
    {
        LocatorBoundingBoxResult box = (await from.BoundingBoxAsync())!;
        (float left, float top) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await visit.Page.Mouse.MoveAsync(left, top);
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(left + x, top + y, new() { Steps = 4 });
        await visit.Page.Mouse.UpAsync();
    }
}
