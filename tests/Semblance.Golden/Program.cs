using Semblance.Golden;

const string Usage = "Usage: Semblance.Golden FOLDER [--only PREFIX,PREFIX,...]";
const int Failed = 1, WrongUsage = 2, BadInput = 3;

string[] prefixes = [""];
string? folder = null;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--only" && i + 1 < args.Length)
    {
        prefixes = args[++i].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
    else if (folder is null && !args[i].StartsWith('-'))
    {
        folder = args[i];
    }
    else
    {
        Console.Error.WriteLine($"'{args[i]}' is not understood. {Usage}");
        return WrongUsage;
    }
}

if (folder is null)
{
    Console.Error.WriteLine(Usage);
    return WrongUsage;
}

if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"{folder} is not a folder. Name a folder of golden cases (*.json).");
    return BadInput;
}

string[] files = [.. Directory.GetFiles(folder, "*.json")
    .Where(file => prefixes.Any(prefix => Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal)))
    .Order(StringComparer.Ordinal)];
if (files.Length == 0)
{
    Console.Error.WriteLine($"{folder} holds no case (*.json) whose name begins with {string.Join(" or ", prefixes.Select(prefix => $"'{prefix}'"))}.");
    Console.WriteLine("0 passed, 0 failed");
    return BadInput;
}

(int passed, int failed) = (0, 0);
foreach (string file in files)
{
    GoldenOutcome outcome = GoldenRun.Run(file);
    Console.WriteLine(outcome);
    (passed, failed) = outcome.Passed ? (passed + 1, failed) : (passed, failed + 1);
}

Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : Failed;
