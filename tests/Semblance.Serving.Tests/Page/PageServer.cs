using Microsoft.AspNetCore.Builder;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Http;
using Semblance.Serving.Stores;
using Semblance.Tensors.Images;
using Semblance.Tests.Serving.Ingestion;

namespace Semblance.Tests.Serving.Page;

/// <summary>A service over drawn images, with the page, on a port that the system chooses.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    /// <summary>Images that differ; each of the first few has a near-duplicate beside it.</summary>
    public const int Different = 24, Copies = 3;

    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;

    private PageServer(TemporaryFolder folder, WebApplication app) => (_folder, _app, Address) = (folder, app, SearchServer.AddressesOf(app)[0]);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>The folder of images, whose names are ids.</summary>
    public string Images => Path.Combine(_folder.Path, "images");

    public static string IdOf(int number) => $"{(number % 2 == 0 ? "even" : "odd")}/{number:00}.png";

    /// <summary>Starts one.</summary>
    /// <param name="empty">Whether it holds no items.</param>
    public static async Task<PageServer> StartAsync(bool empty = false)
    {
        TemporaryFolder folder = new();
        string images = Path.Combine(folder.Path, "images"), path = Path.Combine(folder.Path, "drawn.index");
        Directory.CreateDirectory(images);
        await using (ISearchStore store = await SearchStores.OpenAsync(path, new StoreOptions { CreateBits = PerceptualHash.Bits }))
        {
            await store.SetNoteAsync(ImageCoder.Perceptual(1).Note);
            await store.UpsertAsync(empty ? [] : [.. Enumerable.Range(0, Different).Select(number => Kept(images, IdOf(number), number, DrawnImages.Png(number, 120, 90))), .. Enumerable.Range(0, Copies).Select(number => Kept(images, $"copies/{number:00}.png", number, Smaller(DrawnImages.Png(number, 120, 90))))]);
        }
        WebApplication app = SearchServer.Make(new SearchServerOptions(), options => (options.Index, options.Images) = (path, images));
        await app.StartAsync();
        return new PageServer(folder, app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static byte[] Smaller(byte[] png) => ImageCodec.Encode(ImageCodec.Thumbnail(png, 96, "drawn"), ImageFormat.Png);

    private static Item Kept(string images, string id, int number, byte[] png)
    {
        string file = Path.Combine(images, id);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, png);
        ulong[] code = PerceptualHash.TryOf(png, out ulong[]? made, out _) ? made : throw new InvalidOperationException(id);
        return new Item(id, code, [number % 2 == 0 ? "even" : "odd", number % 3 == 0 ? "third" : "other", .. number < Copies ? (string[])["doubled"] : []], $$"""{"number": {{number}}, "bytes": {{png.Length}}}""");
    }
}
