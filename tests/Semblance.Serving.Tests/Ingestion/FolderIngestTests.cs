using System.Diagnostics;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Serving.Ingestion;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Ingestion;

public sealed class FolderIngestTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private LocalStore _store;

    public FolderIngestTests()
    {
        Directory.CreateDirectory(Photos);
        _store = LocalStore.Open(Index, new StoreOptions { CreateBits = PerceptualHash.Bits });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Photos => _folder.File("photos");

    private string Index => _folder.File("photos.index");

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task New_files_become_items_with_the_code_of_their_image()
    {
        DrawnImages.Write(Photos, "a.png", 1);
        DrawnImages.Write(Photos, "beach/2019/b.png", 2);
        File.WriteAllText(Path.Combine(Photos, "notes.txt"), "no image");
        DrawnImages.Write(Photos, ".hidden/c.png", 3);

        IngestReport report = await Ingest(new IngestOptions { TagFolders = true }).RunAsync(cancellation: Stop);

        Assert.Equal((2, 0, 0, 0, 0), Counts(report));
        Assert.Equal(["a.png", "beach/2019/b.png"], await Ids());
        Item item = (await Find("beach/2019/b.png"))!;
        Assert.Equal(["2019", "beach"], item.Tags);
        Assert.True(PerceptualHash.TryOf(DrawnImages.Png(2), out ulong[]? code, out _));
        Assert.Equal(code, item.Code.ToArray());
    }

    [Fact]
    public async Task A_second_run_of_another_process_finds_nothing_to_do()
    {
        DrawnImages.Write(Photos, "a.png", 1);
        await Ingest().RunAsync(cancellation: Stop);
        await _store.DisposeAsync();
        _store = LocalStore.Open(Index, new StoreOptions());

        IngestReport report = await Ingest().RunAsync(cancellation: Stop);

        Assert.False(report.Any);
        Assert.Equal(1, report.Unchanged);
    }

    [Fact]
    public async Task Changed_moved_touched_and_deleted_files_are_followed()
    {
        foreach ((string id, int number) in new[] { ("changes.png", 1), ("old/moves.png", 2), ("touched.png", 3), ("goes.png", 4) })
        {
            DrawnImages.Write(Photos, id, number);
        }
        FolderIngest ingest = Ingest(new IngestOptions { TagFolders = true });
        await ingest.RunAsync(cancellation: Stop);
        ulong[] before = (await Find("changes.png"))!.Code.ToArray(), moving = (await Find("old/moves.png"))!.Code.ToArray();
        Item tagged = (await Find("old/moves.png"))!;
        await _store.UpsertAsync([new Item(tagged.Id, tagged.Code, [.. tagged.Tags, "mine"], tagged.Payload!.Insert(1, "\"title\": \"kept\", "))], Stop);

        DrawnImages.Write(Photos, "changes.png", 9);
        Directory.CreateDirectory(Path.Combine(Photos, "new"));
        File.Move(Path.Combine(Photos, "old/moves.png"), Path.Combine(Photos, "new/moved.png"));
        File.SetLastWriteTimeUtc(Path.Combine(Photos, "touched.png"), DateTime.UtcNow.AddHours(1));
        File.Delete(Path.Combine(Photos, "goes.png"));
        IngestReport report = await ingest.RunAsync(cancellation: Stop);

        Assert.Equal((0, 1, 1, 1, 1), Counts(report));
        Assert.Equal(["changes.png", "new/moved.png", "touched.png"], await Ids());
        Assert.NotEqual(before, (await Find("changes.png"))!.Code.ToArray());
        Item moved = (await Find("new/moved.png"))!;
        Assert.Equal(moving, moved.Code.ToArray());
        Assert.Equal(["mine", "new"], moved.Tags);
        Assert.Contains("\"title\":\"kept\"", moved.Payload, StringComparison.Ordinal);
        Assert.False((await ingest.RunAsync(cancellation: Stop)).Any);
    }

    [Fact]
    public async Task Damaged_files_are_told_once_and_tried_again_when_they_change()
    {
        DrawnImages.Write(Photos, "good.png", 1);
        File.WriteAllText(Path.Combine(Photos, "a-bad.png"), "no image at all");
        File.WriteAllBytes(Path.Combine(Photos, "z-cut.png"), DrawnImages.Png(2)[..60]);
        FolderIngest ingest = Ingest();

        IngestReport first = await ingest.RunAsync(cancellation: Stop), second = await ingest.RunAsync(cancellation: Stop);
        DrawnImages.Write(Photos, "a-bad.png", 3);
        IngestReport third = await ingest.RunAsync(cancellation: Stop);

        Assert.Equal((1, 0, 0, 0, 0), Counts(first));
        Assert.Equal(2, first.Refused.Count);
        Assert.Contains("a-bad.png", first.Refused[0], StringComparison.Ordinal);
        Assert.Contains("z-cut.png", first.Refused[1], StringComparison.Ordinal);
        Assert.Empty(second.Refused);
        Assert.Equal((1, 0, 0, 0, 1), Counts(third));
        Assert.Equal(["a-bad.png", "good.png"], await Ids());
    }

    [Fact]
    public async Task Files_whose_names_are_no_ids_are_told_once_and_the_others_go_in()
    {
        string deep = string.Join('/', Enumerable.Repeat(new string('d', 250), 5)) + "/a.png";
        DrawnImages.Write(Photos, deep, 1);
        DrawnImages.Write(Photos, "good.png", 2);
        // No name of .NET's has bytes that are no UTF-8.
        await Shell("""cp good.png "$(printf 'no-utf8-\377.png')" && mkdir "$(printf 'folder-\377')" """);
        FolderIngest ingest = Ingest(new IngestOptions { TagFolders = true });

        IngestReport first = await ingest.RunAsync(cancellation: Stop), second = await ingest.RunAsync(cancellation: Stop);

        Assert.Equal(["good.png"], await Ids());
        Assert.Collection(
            first.Refused,
            reason => Assert.Contains("takes 1260 bytes of UTF-8; an id takes at most 1024. Use a shorter one.", reason, StringComparison.Ordinal),
            reason => Assert.Contains("folder-\uFFFD cannot be opened: its name is no valid UTF-8", reason, StringComparison.Ordinal),
            reason => Assert.Contains("no-utf8-\uFFFD.png cannot be opened: its name is no valid UTF-8", reason, StringComparison.Ordinal));
        Assert.Empty(second.Refused);
        await Shell("rm -r -- folder-* no-utf8-*");
    }

    [Fact]
    public async Task A_backslash_in_a_name_is_no_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no names with a backslash.");
        DrawnImages.Write(Photos, "a/b.png", 1);
        DrawnImages.Write(Photos, @"a\b.png", 2);

        await Ingest().RunAsync(cancellation: Stop);

        Assert.Equal(["a/b.png", @"a\b.png"], await Ids());
    }

    [Fact]
    public async Task An_empty_store_keeps_the_model_as_soon_as_something_was_encoded()
    {
        File.WriteAllText(Path.Combine(Photos, "bad.png"), "no image at all");
        await Ingest().RunAsync(cancellation: Stop);
        Assert.Null(await _store.NoteAsync(Stop));

        DrawnImages.Write(Photos, "good.png", 1);
        await Ingest().RunAsync(cancellation: Stop);
        Assert.Equal(PerceptualHash.Note.Model, (await _store.NoteAsync(Stop))?.Model);
    }

    [Fact]
    public async Task A_store_with_items_of_an_unknown_model_gets_none()
    {
        await _store.UpsertAsync([new Item("by hand", new ulong[] { 1, 0 })], Stop);
        DrawnImages.Write(Photos, "a.png", 1);
        await Ingest().RunAsync(cancellation: Stop);
        Assert.Null(await _store.NoteAsync(Stop));
    }

    [Fact]
    public async Task What_was_not_made_of_a_file_of_this_folder_is_left_alone()
    {
        await _store.UpsertAsync([new Item("by hand", new ulong[] { 1, 0 }), new Item("other/x.png", new ulong[] { 2, 0 }, payload: """{"file":{"bytes":1,"modified":"2026-01-01T00:00:00Z","sha256":"aa"}}""")], Stop);
        DrawnImages.Write(Photos, "a.png", 1);
        IngestOptions options = new() { Prefix = "mine/" };
        await Ingest(options).RunAsync(cancellation: Stop);
        File.Delete(Path.Combine(Photos, "a.png"));

        Assert.Equal(1, (await Ingest(options).RunAsync(cancellation: Stop)).Deleted);
        Assert.Equal(["by hand", "other/x.png"], await Ids());
    }

    [Fact]
    public async Task A_folder_that_lost_most_of_its_images_changes_nothing_unless_told_so()
    {
        for (int i = 0; i < 12; i++)
        {
            DrawnImages.Write(Photos, $"{i}.png", i);
        }
        await Ingest().RunAsync(cancellation: Stop);
        Directory.Delete(Photos, recursive: true);
        Directory.CreateDirectory(Photos);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => Ingest().RunAsync(cancellation: Stop));
        Assert.Contains("12 of the 12 images", refused.Message, StringComparison.Ordinal);
        Assert.Equal(12, (await Ids()).Count);
        Assert.Equal(12, (await Ingest(new IngestOptions { AllowMassDeletion = true }).RunAsync(cancellation: Stop)).Deleted);
        Assert.Empty(await Ids());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_changes_nothing()
    {
        DrawnImages.Write(Photos, "a.png", 1);
        await Ingest().RunAsync(cancellation: Stop);
        Directory.Delete(Photos, recursive: true);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => Ingest(new IngestOptions { AllowMassDeletion = true }).RunAsync(cancellation: Stop));
        Assert.Contains(Photos, refused.Message, StringComparison.Ordinal);
        Assert.Single(await Ids());
    }

    [Fact]
    public async Task Files_that_may_still_be_growing_wait()
    {
        DrawnImages.Write(Photos, "old.png", 1);
        File.SetLastWriteTimeUtc(Path.Combine(Photos, "old.png"), DateTime.UtcNow.AddHours(-1));
        DrawnImages.Write(Photos, "young.png", 2);
        FolderIngest ingest = Ingest(new IngestOptions { Settle = TimeSpan.FromMinutes(10) });

        IngestReport report = await ingest.RunAsync(cancellation: Stop);
        Assert.Equal((1, 1), (report.Added, report.Waiting));
        File.SetLastWriteTimeUtc(Path.Combine(Photos, "young.png"), DateTime.UtcNow.AddHours(-1));
        Assert.Equal(1, (await ingest.RunAsync(cancellation: Stop)).Added);
    }

    [Fact]
    public async Task A_watch_follows_the_folder_until_it_is_stopped()
    {
        DrawnImages.Write(Photos, "a.png", 1);
        DrawnImages.Write(Photos, string.Join('/', Enumerable.Repeat(new string('d', 250), 5)) + "/long.png", 5);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        List<WatchEvent> told = [];
        Task watch = new FolderWatch(Photos, Ingest(), TimeSpan.FromMinutes(5)).RunAsync(told.Add, null, stop.Token);

        await Until(["a.png"]);
        DrawnImages.Write(Photos, "folder/b.png", 2);
        await Until(["a.png", "folder/b.png"]);
        File.Move(Path.Combine(Photos, "a.png"), Path.Combine(Photos, "c.png"));
        await Until(["c.png", "folder/b.png"]);
        File.Delete(Path.Combine(Photos, "folder/b.png"));
        await Until(["c.png"]);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        Assert.DoesNotContain(told, one => one.Problem is not null);
    }

    /// <summary>Runs a command in the folder of images.</summary>
    private async Task Shell(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = Photos })!;
        await shell.WaitForExitAsync(Stop);
        Assert.Equal(0, shell.ExitCode);
    }

    private FolderIngest Ingest(IngestOptions? options = null) => new(Photos, new StoreTarget(_store, ImageCoder.Perceptual(1)), options ?? new IngestOptions());

    private static (int Added, int Changed, int Moved, int Deleted, int Unchanged) Counts(IngestReport report) => (report.Added, report.Changed, report.Moved, report.Deleted, report.Unchanged);

    private Task<Item?> Find(string id) => _store.FindAsync(new ItemId(id), Stop);

    private async Task<List<string>> Ids()
    {
        List<string> ids = [];
        await foreach (Item item in _store.ItemsAsync(cancellation: Stop))
        {
            ids.Add(item.Id.ToString());
        }
        return ids;
    }

    private async Task Until(string[] ids)
    {
        for (int i = 0; i < 1200; i++)
        {
            if ((await Ids()).SequenceEqual(ids))
            {
                return;
            }
            await Task.Delay(50, Stop);
        }
        Assert.Equal(ids, await Ids());
    }
}
