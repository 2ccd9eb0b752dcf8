using System.Globalization;
using System.Xml;

namespace Semblance.Data.Readers;

/// <summary>PASCAL VOC as distributed: <c>Annotations/*.xml</c>, <c>ImageSets/Main</c> and <c>JPEGImages</c>, in a folder such as <c>VOC2007</c> or above it.</summary>
/// <remarks>An image has the class of every object in it, difficult ones as well. The list of training and validation images together is not needed.</remarks>
internal static class VocFolder
{
    private const string Set = "PASCAL VOC";
    private const string Lists = "ImageSets/Main";
    private static readonly string[] Splits = ["train", "val", "test"];
    private static readonly string[] Classes =
    [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    public static bool IsFolder(string folder) => YearsIn(folder).Length > 0;

    public static Dataset Read(string path, string name, Problems problems)
    {
        string folder = YearsIn(path) switch
        {
            [string only] => only,
            { Length: > 1 } years => throw new InvalidDataException($"{path} holds {string.Join(" and ", years.Select(Path.GetFileName))}. Name one of them."),
            _ => throw new InvalidDataException($"{path} has no {Lists}, which {Set} comes with. Name the folder of a year, such as VOCdevkit/VOC2007."),
        };
        ListedImages listed = new(folder, problems);
        string[] splits = [.. Splits.Where(split => File.Exists(ListOf(folder, split)))];
        foreach (string split in splits)
        {
            foreach (TextLine line in TextLines.Read(ListOf(folder, split)))
            {
                Add(folder, listed, line, split, problems);
            }
        }
        return splits.Length > 0
            ? listed.ToDataset(name, Classes, multiLabel: true)
            : throw new InvalidDataException($"{Path.Combine(folder, Lists)} has no train.txt, val.txt or test.txt. Unpack {Set} again.");
    }

    private static string[] YearsIn(string folder) =>
        Directory.Exists(Path.Combine(folder, Lists)) ? [folder]
        : Directory.Exists(folder) ? [.. new[] { folder, Path.Combine(folder, "VOCdevkit") }.Where(Directory.Exists).SelectMany(above => Directory.GetDirectories(above, "VOC20*")).Where(year => Directory.Exists(Path.Combine(year, Lists))).Order(StringComparer.Ordinal)]
        : [];

    private static string ListOf(string folder, string split) => Path.Combine(folder, Lists, $"{split}.txt");

    private static void Add(string folder, ListedImages listed, TextLine line, string split, Problems problems)
    {
        string annotation = Path.Combine(folder, "Annotations", $"{line.Text}.xml");
        if (!File.Exists(annotation))
        {
            problems.Add($"{line.Place}: {annotation} is not there. Unpack the annotations there, or correct the line.");
        }
        else
        {
            listed.Add(line.Place, $"JPEGImages/{line.Text}.jpg", LabelsOf(annotation, problems), split);
        }
    }

    /// <summary>The classes of the objects of an image, without those of their parts.</summary>
    private static string[] LabelsOf(string file, Problems problems)
    {
        SortedSet<string> labels = new(StringComparer.Ordinal);
        try
        {
            using XmlReader reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            bool inObject = false;
            while (reader.Read())
            {
                inObject = reader.Depth == 1 ? reader.NodeType == XmlNodeType.Element && reader.Name == "object" && !reader.IsEmptyElement : inObject;
                if (inObject && reader.Depth == 2 && reader.NodeType == XmlNodeType.Element && reader.Name == "name")
                {
                    int line = ((IXmlLineInfo)reader).LineNumber;
                    string label = reader.ReadString().Trim();
                    if (Classes.Contains(label, StringComparer.Ordinal))
                    {
                        labels.Add(label);
                    }
                    else
                    {
                        problems.Add(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}: \"{label}\" is none of the {Classes.Length} classes of {Set}. Correct the name."));
                    }
                }
            }
        }
        catch (XmlException exception)
        {
            throw new InvalidDataException($"{file}, line {exception.LineNumber}: this is no whole annotation: {exception.Message} Copy the file again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file} cannot be read: {exception.Message}", exception);
        }
        return [.. labels];
    }
}
