using System.Collections.Immutable;
using System.Globalization;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>A list in the data directory cannot be used; the message says which and what to do.</summary>
public sealed class CalendarFolderException(string message) : Exception(message);

/// <summary>
/// The lists of a site in its data directory: approved ones, those before them, and proposals that wait for a person. Every file is complete at
/// every moment: it is written beside and moved into its place.
/// </summary>
/// <param name="path">Need not exist.</param>
public sealed class CalendarFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Proposals => Path.Combine(path, "proposals");
    private string History => Path.Combine(path, "history");

    /// <summary>Changes whenever an approved list does; for whoever looks often.</summary>
    public string Fingerprint => string.Join(';', Files(path).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}")));

    /// <summary>The approved lists. One that is damaged gives way to the version before it: that one a person approved as well.</summary>
    /// <param name="damaged">Told of each file that could not be used.</param>
    public ImmutableArray<YearList> Approved(Action<string> damaged)
    {
        var lists = new List<YearList>();
        foreach (var file in Files(path))
        {
            if (Read(file, damaged) is { } list) lists.Add(list);
            else if (Earlier(file, damaged) is { } before) lists.Add(before);
        }

        return [.. lists];
    }

    public ImmutableArray<YearList> Proposed(Action<string> damaged) => [.. Files(Proposals).Select(f => Read(f, damaged)).OfType<YearList>()];

    /// <summary>Lays a list beside the approved ones. It takes the place of an earlier proposal for its year, and changes nothing.</summary>
    public void Propose(YearList list)
    {
        if (list.Status is not ListStatus.Published) throw new CalendarFolderException($"{list.Year} is not published: {list.Lacks}");
        Write(Proposals, NameOf(list.Year), list with { Approval = null, Version = 0 });
    }

    /// <summary>Puts the proposal of a year into force and keeps what was there.</summary>
    public YearList Approve(int year, Approval approval)
    {
        var proposal = Path.Combine(Proposals, NameOf(year));
        if (!File.Exists(proposal)) throw new CalendarFolderException($"there is no proposal for {year}");
        var list = Read(new(proposal), text => throw new CalendarFolderException(text))!;
        var current = Path.Combine(path, NameOf(year));
        var version = 1 + Versions(year).DefaultIfEmpty(0).Max();
        if (File.Exists(current))
        {
            Make(History);
            var kept = Path.Combine(History, string.Create(CultureInfo.InvariantCulture, $"{year}.v{version:000}.json"));
            File.Copy(current, kept, overwrite: false);
            version++;
        }

        list = list with { Approval = approval, Version = version };
        Write(path, NameOf(year), list);
        File.Delete(proposal);
        return list;
    }

    private IEnumerable<int> Versions(int year) =>
        Files(History).Where(f => f.Name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{year}.v"), StringComparison.Ordinal))
            .Select(f => int.TryParse(f.Name.AsSpan(6, f.Name.Length - 11), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0);

    private YearList? Earlier(FileInfo file, Action<string> damaged) =>
        Files(History).Where(f => f.Name.StartsWith(Path.GetFileNameWithoutExtension(file.Name) + ".v", StringComparison.Ordinal))
            .OrderByDescending(f => f.Name, StringComparer.Ordinal).Select(f => Read(f, damaged)).FirstOrDefault(l => l is not null);

    private static YearList? Read(FileInfo file, Action<string> damaged)
    {
        try
        {
            var reading = YearListJson.Read(File.ReadAllBytes(file.FullName));
            if (reading.IsGood && file.Name.StartsWith(reading.Lists[0].Year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)) return reading.Lists[0];
            damaged(reading.IsGood ? $"{file.FullName} holds the list of {reading.Lists[0].Year}" : $"{file.FullName}: {reading.Findings[0].Place}: {reading.Findings[0].Says.En}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            damaged($"{file.FullName}: {unreadable.Message}");
        }

        return null;
    }

    private static void Write(string folder, string name, YearList list)
    {
        Make(folder);
        var place = Path.Combine(folder, name);
        var beside = place + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            file.Write(YearListJson.Write(list));
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, place, overwrite: true);
    }

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly);
    }

    private static IEnumerable<FileInfo> Files(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles("20??*.json").OrderBy(f => f.Name, StringComparer.Ordinal) : [];

    private static string NameOf(int year) => string.Create(CultureInfo.InvariantCulture, $"{year}.json");
}
