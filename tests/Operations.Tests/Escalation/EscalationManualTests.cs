using System.Globalization;
using System.Runtime.CompilerServices;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>What the manual works out by hand, and the picture that it shows, are what the code does.</summary>
public sealed class EscalationManualTests
{
    private static string Manual([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../gateway/docs/escalation.md")));

    [Fact]
    public void Every_due_time_of_the_manual_is_right()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var hours = new ServiceHours(new(zone), static () => BuiltInCalendar.Calendar, ServiceHours.UsualOffice);
        var rows = Manual().Split('\n').Where(l => l.StartsWith("| 2026-", StringComparison.Ordinal)).Select(l => l.Split('|', StringSplitOptions.TrimEntries)[1..5]).ToList();

        Assert.Equal(7, rows.Count);
        foreach (var row in rows)
        {
            var amount = row[1].Split(' ') is [var count, var unit] ? (unit == "h" ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1)) * int.Parse(count, CultureInfo.InvariantCulture) : default;
            Assert.Equal(At(row[3]), hours.Due(ServiceHours.Words[row[2]], At(row[0]), amount, []));
        }

        static DateTimeOffset At(string local) => new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(8));
    }

    [Fact]
    public void The_picture_of_the_ladder_is_that_of_the_code() =>
        Assert.Contains(LadderCycle.Diagram().ReplaceLineEndings("\n").Replace("\t", "    ", StringComparison.Ordinal).Trim(), Manual(), StringComparison.Ordinal);
}
