using Microsoft.Playwright;
using Xunit;

namespace Semblance.Tests.Serving.Page;

/// <summary>Map, clusters, near-duplicates, and what the page says when something is missing.</summary>
public sealed class BrowsingPageTests(PageFixture pages) : IClassFixture<PageFixture>
{
    [Fact]
    public async Task Clusters_and_near_duplicates_lead_to_their_images()
    {
        await using Visit visit = await pages.OpenAsync("clusters");
        await visit.Page.Locator(".cluster").First.WaitForAsync();
        await visit.KeepPictureAsync("clusters");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search around" }).First.ClickAsync();
        await visit.ResultsAsync();
        Assert.Contains("radius=", visit.Place, StringComparison.Ordinal);

        await visit.GoAsync("duplicates");
        await visit.Page.Locator(".group").First.WaitForAsync();
        Assert.Equal(PageServer.Copies, await visit.Page.Locator(".group").CountAsync());
        await visit.KeepPictureAsync("duplicates");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Open copies/00.png" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "copies/00.png" }).WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.UntilAsync("document.querySelector('dialog') === null && document.activeElement.getAttribute('aria-label') === 'Open copies/00.png'");
    }

    [Fact]
    public async Task Points_of_the_map_open_images_by_pointer_and_from_the_list()
    {
        await using Visit visit = await pages.OpenAsync("map");
        ILocator map = visit.Page.GetByRole(AriaRole.Application);
        await map.WaitForAsync();
        await visit.Page.WaitForTimeoutAsync(300);
        LocatorBoundingBoxResult box = (await map.BoundingBoxAsync())!;
        await visit.KeepPictureAsync("map");
        // Something lies under one of these places: an outermost point is always at an edge of the plane.
        string? label = null;
        for (int i = 0; i < 900 && label is null; i++)
        {
            (float x, float y) = (box.X + (box.Width * (i % 30 + 0.5f) / 30), box.Y + (box.Height * (i / 30 + 0.5f) / 30));
            await visit.Page.Mouse.MoveAsync(x, y);
            if (await visit.Page.Locator(".map-label").CountAsync() > 0)
            {
                label = await visit.Page.Locator(".map-label").TextContentAsync();
                await visit.Page.Mouse.DownAsync();
                await visit.Page.Mouse.UpAsync();
            }
        }
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Heading, new() { Name = label! }).WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Escape");

        await map.FocusAsync();
        string before = await visit.Page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()");
        await visit.Page.Keyboard.PressAsync("+");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await visit.Page.WaitForTimeoutAsync(100);
        Assert.NotEqual(before, await visit.Page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()"));
        await visit.Page.Keyboard.PressAsync("0");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "List" }).ClickAsync();
        Assert.Equal(PageServer.Different + PageServer.Copies, await visit.Page.Locator(".point-list li").CountAsync());
        await visit.Page.Locator(".point-list button").First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_told_and_tried_again()
    {
        await using Visit visit = await pages.OpenAsync("clusters");
        await visit.Page.Locator(".cluster").First.WaitForAsync();
        visit.RequestsMayFail = true;
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Duplicates" }).ClickAsync();
        await visit.Page.GetByText("The server cannot be reached.").First.WaitForAsync();
        await visit.KeepPictureAsync("offline");

        await visit.Page.Context.SetOfflineAsync(false);
        await visit.Page.Locator(".group").First.WaitForAsync();
        Assert.Equal(0, await visit.Page.Locator(".offline").CountAsync());
    }

    [Fact]
    public async Task Faults_and_a_wrong_image_are_told_in_the_words_of_the_service()
    {
        await using Visit visit = await pages.OpenAsync("search?id=nowhere.png");
        visit.RequestsMayFail = true;
        await visit.Page.GetByRole(AriaRole.Alert).GetByText("nowhere.png").WaitForAsync();
        await visit.GoAsync("search");
        await visit.Page.GetByLabel("Image to search with").SetInputFilesAsync(new FilePayload { Name = "text.png", MimeType = "image/png", Buffer = "this is no image"u8.ToArray() });
        await visit.Page.GetByRole(AriaRole.Alert).GetByText("image").WaitForAsync();
        await visit.KeepPictureAsync("fault");
        await visit.Page.Locator(".card").First.WaitForAsync();
    }

    [Fact]
    public async Task An_empty_collection_says_so_in_every_view()
    {
        await using PageServer empty = await PageServer.StartAsync(empty: true);
        await using Visit visit = await pages.OpenAsync(address: empty.Address);
        await visit.Page.GetByText("Nothing here yet").WaitForAsync();
        foreach ((string view, string sentence) in ((string, string)[])[("map", "The map is empty"), ("clusters", "No clusters yet"), ("duplicates", "No near-duplicates"), ("marks", "No marks yet")])
        {
            await visit.GoAsync(view);
            await visit.Page.GetByText(sentence).WaitForAsync();
        }
    }

    [Fact]
    public async Task A_service_with_keys_is_given_one_for_this_tab()
    {
        await using Visit visit = await pages.OpenAsync("clusters", prepare: page => page.RouteAsync("**/v1/**", route =>
            route.Request.Headers.GetValueOrDefault("authorization") == "Bearer right" ? route.ContinueAsync()
            : route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"status": 401, "detail": "a key is needed."}""" })));
        visit.RequestsMayFail = true;
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "API key" }).FillAsync("wrong");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.GetByText("did not take the key").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "API key" }).FillAsync("right");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.UntilAsync("document.querySelector('.cluster img')?.naturalWidth > 0");
        Assert.Equal("right", await visit.Page.EvaluateAsync<string>("sessionStorage.getItem('semblance-api-key')"));
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("localStorage.length"));
    }
}
