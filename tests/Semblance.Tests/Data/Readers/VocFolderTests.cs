using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class VocFolderTests : IDisposable
{
    private const string Year = "VOCdevkit/VOC2007";
    private readonly LayoutTree _tree = new LayoutTree()
        .With($"{Year}/JPEGImages/000005.jpg", $"{Year}/JPEGImages/000007.jpg", $"{Year}/JPEGImages/000001.jpg")
        .Write($"{Year}/ImageSets/Main/train.txt", "000005").Write($"{Year}/ImageSets/Main/val.txt", "000007").Write($"{Year}/ImageSets/Main/trainval.txt", "000005", "000007")
        .Write($"{Year}/ImageSets/Main/test.txt", "000001").Write($"{Year}/ImageSets/Main/person_train.txt", "000005 -1")
        .Write($"{Year}/Annotations/000005.xml", "<annotation>", "<source><name>x</name></source>", Object("chair", 1), Object("tvmonitor", 0), Object("chair", 0), "</annotation>")
        .Write($"{Year}/Annotations/000007.xml", "<annotation>", "<object>", "<name>person</name>", "<part><name>head</name></part>", "</object>", "</annotation>")
        .Write($"{Year}/Annotations/000001.xml", "<annotation><filename>000001.jpg</filename></annotation>");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void An_image_has_the_class_of_every_object_also_of_difficult_ones()
    {
        Dataset data = _tree.Open();
        Assert.True(data.MultiLabel);
        Assert.Equal(20, data.ClassNames.Count);
        Assert.Equal("chair,tvmonitor|person|", string.Join('|', data.Items.Select(item => string.Join(',', item.Labels.Select(label => data.ClassNames[label])))));
        Assert.Equal(["train", "val", "test"], data.Items.Select(item => item.Split));
        Assert.Equal("JPEGImages/000005.jpg", data.Items[0].Id);
        Assert.Equal(16, data.Decode(0).Height);
        Assert.Equal(DatasetKind.Voc, DatasetSource.Detect(_tree.File(Year)));
    }

    [Fact]
    public void Mistakes_are_told_with_file_and_line()
    {
        _tree.Replace($"{Year}/Annotations/000007.xml", "person", "persons").Refused($"~/{Year}/Annotations/000007.xml, line 3: \"persons\" is none of the 20 classes of PASCAL VOC. Correct the name.");
        _tree.Write($"{Year}/Annotations/000007.xml", "<annotation>", "<object>");
        Assert.Contains("000007.xml, line 3: this is no whole annotation", Assert.Throws<InvalidDataException>(() => _tree.Open()).Message, StringComparison.Ordinal);
        _tree.Delete($"{Year}/Annotations/000007.xml").Refused($"~/{Year}/ImageSets/Main/val.txt, line 1: ~/{Year}/Annotations/000007.xml is not there. Unpack the annotations there, or correct the line.");
    }

    [Fact]
    public void Missing_images_and_repeated_ones_are_told()
    {
        _tree.Delete($"{Year}/JPEGImages/000001.jpg").Refused($"~/{Year}/ImageSets/Main/test.txt, line 1: ~/{Year}/JPEGImages/000001.jpg is not there. Paths start from ~/{Year}; unpack the images there, or correct the line.");
        _tree.Write($"{Year}/ImageSets/Main/test.txt", "000005").Refused($"~/{Year}/ImageSets/Main/test.txt, line 1: \"JPEGImages/000005.jpg\" was already named in ~/{Year}/ImageSets/Main/train.txt, line 1. Keep one of the two.");
    }

    [Fact]
    public void Two_years_are_two_sets()
    {
        _tree.Write("VOCdevkit/VOC2012/ImageSets/Main/train.txt", "2008_000008").Refused("~ holds VOC2007 and VOC2012. Name one of them.", DatasetKind.Voc);
        Assert.Equal(3, DatasetSource.Open(_tree.File(Year)).Count);
        Assert.Contains("has no ImageSets/Main", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(_tree.File($"{Year}/Annotations"), DatasetKind.Voc)).Message, StringComparison.Ordinal);
    }

    private static string Object(string name, int difficult) => $"<object><name>{name}</name><difficult>{difficult}</difficult><bndbox><xmin>1</xmin></bndbox></object>";
}
