using System.Text;
using Semblance.IO;
using Xunit;

namespace Semblance.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semblance-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_made_with_its_folder_and_nothing_else_is_left()
    {
        string path = Path.Combine(_folder, "run", "weights.bin");

        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Until_the_last_byte_is_written_a_reader_sees_the_old_file()
    {
        string path = Path.Combine(_folder, "state");
        AtomicFile.WriteText(path, "old");

        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
        });

        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_beside_it()
    {
        string path = Path.Combine(_folder, "state");
        AtomicFile.WriteText(path, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes(new string('x', 100_000)));
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_a_crash_left_beside_is_replaced_by_the_next_write()
    {
        string path = Path.Combine(_folder, "state");
        File.WriteAllText(path + AtomicFile.Suffix, "half a file, longer than the new one");

        AtomicFile.WriteText(path, "whole");

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_full_disk_is_said_in_one_sentence_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full, the device on which every write finds no space, is not on this system.");
        string path = Path.Combine(_folder, "weights.bin");

        SemblanceException failure = Assert.Throws<SemblanceException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([1, 2, 3]);
            using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write([1]);
        }));

        Assert.Equal($"{path} cannot be written: its disk is full. Free some space or choose another folder.", failure.Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_folder_that_is_a_file_is_named()
    {
        string file = Path.Combine(_folder, "run");
        File.WriteAllText(file, "");

        SemblanceException failure = Assert.Throws<SemblanceException>(() => AtomicFile.WriteText(Path.Combine(file, "state"), "text"));

        Assert.Contains(Path.Combine(file, "state"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("Choose a folder", failure.Message, StringComparison.Ordinal);
    }
}
