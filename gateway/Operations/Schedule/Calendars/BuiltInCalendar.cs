using System.Collections.Immutable;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>The lists that come with the program.</summary>
public static class BuiltInCalendar
{
    private const string Prefix = "AvGateway.Operations.Schedule.Calendars.years.";

    public static ImmutableArray<YearList> Lists { get; } = [.. Load()];

    public static SiteCalendar Calendar { get; } = new(Lists, OwnDays.None);

    private static IEnumerable<YearList> Load()
    {
        var assembly = typeof(BuiltInCalendar).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var bytes = new MemoryStream();
            resource.CopyTo(bytes);
            var reading = YearListJson.Read(bytes.ToArray());
            if (!reading.IsGood) throw new InvalidOperationException($"{name}: {reading.Findings[0].Says.En} at {reading.Findings[0].Place}");
            yield return reading.Lists[0];
        }
    }
}
