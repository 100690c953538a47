using System.Text.Json;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Schedule;

/// <summary>Twenty years of public data, imported and compared with what stands in the files themselves.</summary>
public sealed class HolidayCnTests
{
    private static ListReading Import(string file) => CalendarImport.Read(Path.GetFileName(file), File.ReadAllBytes(file), null);

    [Fact]
    public void All_days_of_2007_to_2026_are_classified_as_in_the_files()
    {
        var folder = HolidayData.Folder();
        var lists = Enumerable.Range(2007, 20).Select(y => Import(Path.Combine(folder, $"{y}.json"))).ToList();
        Assert.All(lists, l => Assert.True(l.IsGood, string.Join(' ', l.Findings)));
        Assert.All(lists, l => Assert.Equal(ListStatus.Published, l.Lists.Single().Status));
        var calendar = new SiteCalendar(lists.Select(l => l.Lists[0]), OwnDays.None);

        // The oracle reads the files by itself: what the latest file says of a date counts, and the week for the rest.
        var said = new Dictionary<DateOnly, bool>();
        foreach (var year in Enumerable.Range(2007, 20))
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, $"{year}.json")));
            foreach (var day in file.RootElement.GetProperty("days").EnumerateArray())
                said[DateOnly.ParseExact(day.GetProperty("date").GetString()!, "yyyy-MM-dd", null)] = day.GetProperty("isOffDay").GetBoolean();
        }

        // The weeks before the New Year of 2027 hang on a list that is not known.
        for (var date = new DateOnly(2007, 1, 1); date < new DateOnly(2026, 12, 18); date = date.AddDays(1))
        {
            var isOff = said.TryGetValue(date, out var off) ? off : date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            Assert.True(calendar.IsOff(date) == isOff, $"{date:yyyy-MM-dd} is {calendar.Of(date).Word}");
        }
    }

    [Fact]
    public void An_empty_file_is_not_published()
    {
        var reading = Import(Path.Combine(HolidayData.Folder(), "2027.json"));

        Assert.True(reading.IsGood);
        Assert.Equal(ListStatus.Missing, reading.Lists.Single().Status);
    }

    [Fact]
    public void The_calendar_file_of_2026_says_the_same_as_its_json_and_as_what_comes_with_the_program()
    {
        var folder = HolidayData.Folder();
        var json = Import(Path.Combine(folder, "2026.json")).Lists.Single();
        var events = CalendarImport.Read("2026.ics", File.ReadAllBytes(Path.Combine(folder, "2026.ics")), "notice").Lists.Single();
        var own = BuiltInCalendar.Lists.Single(l => l.Year == 2026);

        Assert.Equal(json.Off, events.Off);
        Assert.Equal(json.MakeUp, events.MakeUp);
        Assert.Equal(json.Off, own.Off);
        Assert.Equal(json.MakeUp, own.MakeUp);
    }

    [Fact]
    public void Every_computed_day_of_the_law_is_off_in_the_list_of_its_year()
    {
        var folder = HolidayData.Folder();
        foreach (var year in Enumerable.Range(2025, 2).Concat(Enumerable.Range(2008, 6)))
        {
            var off = Import(Path.Combine(folder, $"{year}.json")).Lists.Single().Off.SelectMany(s => s.Days).ToHashSet();
            foreach (var day in StatutoryDays.Of(year).SelectMany(s => s.Days)) Assert.True(off.Contains(day) || day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday, $"{day:yyyy-MM-dd}");
        }
    }
}
