using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Testing;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Schedule;

public sealed class CalendarFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("avgw-calendars-").FullName;
    private readonly List<string> _damaged = [];

    private CalendarFolder Folder => new(_path);

    public void Dispose() => Directory.Delete(_path, recursive: true);

    internal static YearList ListOf(int year, int sprungDays = 20) =>
        new(year, "notice", null, [new("元旦", new(year, 1, 1), new(year, 1, 3)), new("春节", new(year, 2, 1), new DateOnly(year, 2, 1).AddDays(sprungDays - 1))], [new(new(year, 1, 4), "元旦")]);

    [Fact]
    public void A_proposal_changes_nothing_until_a_person_approves_it()
    {
        Folder.Propose(ListOf(2028));
        Assert.Empty(Folder.Approved(_damaged.Add));

        Folder.Approve(2028, new("李工", new(2027, 12, 1)));

        var list = Folder.Approved(_damaged.Add).Single();
        Assert.Equal((2028, 1, "李工"), (list.Year, list.Version, list.Approval!.By));
        Assert.Empty(Folder.Proposed(_damaged.Add));
        Assert.Empty(_damaged);
    }

    [Fact]
    public void Versions_count_up_and_a_damaged_list_gives_way_to_the_one_before()
    {
        for (var days = 20; days < 24; days++)
        {
            Folder.Propose(ListOf(2028, days));
            Folder.Approve(2028, new("李工", new(2027, 12, 1)));
        }

        Assert.Equal((4, 26), (Folder.Approved(_damaged.Add).Single().Version, Folder.Approved(_damaged.Add).Single().DaysOff));
        File.WriteAllText(Path.Combine(_path, "2028.json"), "{");

        var before = Folder.Approved(_damaged.Add).Single();

        Assert.Equal((3, 25), (before.Version, before.DaysOff));
        Assert.Single(_damaged);
    }

    [Fact]
    public void What_is_not_published_cannot_be_proposed() => Assert.Throws<CalendarFolderException>(() => Folder.Propose(ListOf(2028) with { Source = "" }));

    [Fact]
    public void A_diff_tells_each_day_and_what_is_close_needs_a_word()
    {
        var before = new SiteCalendar([ListOf(2028)], OwnDays.None);
        var after = new SiteCalendar([ListOf(2028, 21)], OwnDays.None);

        // 2028-02-20 is a Sunday, 02-21 a Monday: one more day off.
        var diff = CalendarDiff.Of(before, after, [2028], new(2028, 1, 1));
        Assert.Equal([new DateOnly(2028, 2, 21)], diff.Changes.Select(c => c.Date));
        Assert.False(diff.NeedsWord);
        Assert.Equal(new DateOnly(2028, 2, 21), diff.Gone.Single().Morning);
        Assert.Equal(new DateOnly(2028, 2, 22), diff.Come.Single().Morning);

        Assert.True(CalendarDiff.Of(before, after, [2028], new(2028, 2, 7)).NeedsWord);
        Assert.False(CalendarDiff.Of(before, after, [2028], new(2028, 2, 5)).NeedsWord);
        Assert.False(CalendarDiff.Of(before, after, [2028], new(2028, 2, 23)).NeedsWord);
    }

    [Fact]
    public async Task A_change_that_comes_close_is_held_until_a_person_says_a_word_also_over_a_restart()
    {
        var (state, journal, clock) = (new FakeState(), new FakeJournal(), new VirtualClock());
        CalendarBook Book(YearList list) => new([list], OwnDays.None, Folder, state, journal, clock, NullLogger<CalendarBook>.Instance);
        var stop = TestContext.Current.CancellationToken;
        var today = new DateOnly(2028, 2, 15);
        await Book(ListOf(2028)).RefreshAsync(today, stop);

        // The next program brings another list.
        var book = Book(ListOf(2028, 21));
        await book.RefreshAsync(today, stop);
        Assert.False(book.Current.IsOff(new(2028, 2, 21)));
        Assert.Equal([2028], book.Held);
        Assert.Contains(journal.Rows, r => r.Kind == "calendar.held");

        Folder.Propose(ListOf(2028, 21));
        Folder.Approve(2028, new("李工", today));
        await book.RefreshAsync(today, stop);
        Assert.False(book.Current.IsOff(new(2028, 2, 21)));

        Folder.Propose(ListOf(2028, 21));
        Folder.Approve(2028, new("李工", today, "国务院临时通知"));
        Assert.True(await book.RefreshAsync(today, stop));
        Assert.True(book.Current.IsOff(new(2028, 2, 21)));
        Assert.Empty(book.Held);
    }

    [Fact]
    public async Task A_change_that_is_far_enough_comes_into_force_by_itself()
    {
        var (state, journal, clock) = (new FakeState(), new FakeJournal(), new VirtualClock());
        var stop = TestContext.Current.CancellationToken;
        await new CalendarBook([ListOf(2028)], OwnDays.None, null, state, journal, clock, NullLogger<CalendarBook>.Instance).RefreshAsync(new(2028, 1, 10), stop);
        var book = new CalendarBook([ListOf(2028, 21)], OwnDays.None, null, state, journal, clock, NullLogger<CalendarBook>.Instance);

        await book.RefreshAsync(new(2028, 1, 10), stop);

        Assert.True(book.Current.IsOff(new(2028, 2, 21)));
    }
}
