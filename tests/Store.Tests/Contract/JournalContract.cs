using AvGateway.Operations.Journal;

namespace AvGateway.Store.Tests.Contract;

public abstract class JournalContract : StoreContract
{
    [Fact]
    public async Task Rows_come_back_in_order_with_a_sequence_without_gaps()
    {
        for (var n = 0; n < 1200; n++) Store.Journal.Append(Words.Row(details: $$"""{"n":{{n}}}"""));
        await Store.Journal.AppendDurablyAsync(Words.Row("last"), Cancellation);

        var rows = await Bench.ReadJournalAsync();

        Assert.Equal(Enumerable.Range(1, 1201).Select(n => (long)n), rows.Select(r => r.Sequence));
        Assert.Equal(Enumerable.Range(0, 1200).Select(n => $$"""{"n":{{n}}}"""), rows.SkipLast(1).Select(r => r.Entry.Details));
        Assert.Equal("last", rows[^1].Entry.Kind);
    }

    [Fact]
    public async Task A_row_comes_back_as_it_was()
    {
        var row = new JournalEntry(Words.Noon.AddTicks(1234567), "fault.raised", "第一审判庭/矩阵", "工程师", """{"文本":"🎥'\""}""");
        await Store.Journal.AppendDurablyAsync(row, Cancellation);
        await Bench.ReopenAsync();

        Assert.Equal(row, Assert.Single(await Bench.ReadJournalAsync()).Entry);
    }

    [Fact]
    public async Task The_sequence_goes_on_after_a_restart()
    {
        await Store.Journal.AppendDurablyAsync(Words.Row("one"), Cancellation);
        await Bench.ReopenAsync();
        await Store.Journal.AppendDurablyAsync(Words.Row("two"), Cancellation);
        await Bench.ReopenAsync();

        Assert.Equal([(1, "one"), (2, "two")], (await Bench.ReadJournalAsync()).Select(r => (r.Sequence, r.Entry.Kind)));
    }

    [Theory]
    [InlineData("command.", null, 0, int.MaxValue, "1 2 4")]
    [InlineData("command.accepted", null, 0, int.MaxValue, "1 4")]
    [InlineData(null, "court-2/codec", 0, int.MaxValue, "3 4")]
    [InlineData("command.", "court-2/codec", 0, int.MaxValue, "4")]
    [InlineData(null, null, 2, int.MaxValue, "3 4 5")]
    [InlineData(null, null, 0, 2, "1 2")]
    [InlineData("comman.", null, 0, int.MaxValue, "")]
    public async Task Filters_choose_rows(string? kind, string? subject, long after, int limit, string wanted)
    {
        foreach (var (k, s) in new[] { ("command.accepted", "court-1/matrix"), ("command.settled", "court-1/matrix"), ("device.offline", "court-2/codec"), ("command.accepted", "court-2/codec"), ("commander", "x") })
            await Store.Journal.AppendDurablyAsync(Words.Row(k, s), Cancellation);

        var rows = await Bench.ReadJournalAsync(new(kind, subject, AfterSequence: after, Limit: limit));

        Assert.Equal(wanted, string.Join(' ', rows.Select(r => r.Sequence)));
    }

    [Theory]
    [InlineData(null, null, long.MaxValue, int.MaxValue, "5 4 3 2 1")]
    [InlineData("command.", null, long.MaxValue, 2, "4 2")]
    [InlineData(null, null, 4, 2, "3 2")]
    [InlineData(null, "court-1/", long.MaxValue, int.MaxValue, "2 1")]
    [InlineData(null, "court-1", long.MaxValue, int.MaxValue, "")]
    public async Task The_newest_rows_come_first_where_that_is_asked(string? kind, string? subject, long before, int limit, string wanted)
    {
        foreach (var (k, s) in new[] { ("command.accepted", "court-1/matrix"), ("command.settled", "court-1/codec"), ("device.offline", "court-10/codec"), ("command.accepted", "court-2/codec"), ("commander", "x") })
            await Store.Journal.AppendDurablyAsync(Words.Row(k, s), Cancellation);

        var rows = await Bench.ReadJournalAsync(new(kind, subject, Limit: limit) { IsNewestFirst = true, BeforeSequence = before });

        Assert.Equal(wanted, string.Join(' ', rows.Select(r => r.Sequence)));
    }

    [Fact]
    public async Task Pages_of_the_newest_rows_join_without_a_gap()
    {
        for (var n = 0; n < 1200; n++) Store.Journal.Append(Words.Row());
        await Store.Journal.AppendDurablyAsync(Words.Row("last"), Cancellation);

        var rows = await Bench.ReadJournalAsync(new() { IsNewestFirst = true });

        Assert.Equal(Enumerable.Range(1, 1201).Reverse().Select(n => (long)n), rows.Select(r => r.Sequence));
    }

    [Fact]
    public async Task Times_are_filtered_from_inclusive_until_exclusive()
    {
        for (var hour = 0; hour < 4; hour++) await Store.Journal.AppendDurablyAsync(Words.Row(at: Words.Noon.AddHours(hour)), Cancellation);

        var rows = await Bench.ReadJournalAsync(new(From: Words.Noon.AddHours(1), Until: Words.Noon.AddHours(3).ToOffset(TimeSpan.FromHours(8))));

        Assert.Equal([2, 3], rows.Select(r => r.Sequence));
    }

    [Fact]
    public async Task Oversize_and_unsound_text_is_recorded_in_a_bounded_form()
    {
        Store.Journal.Append(Words.Row(subject: new string('x', 1000), details: $$"""{"a":"{{new string('y', 20_000)}}"}"""));
        await Store.Journal.AppendDurablyAsync(Words.Row(subject: "nul \0 and half \ud83c"), Cancellation);
        await Bench.ReopenAsync();

        var rows = await Bench.ReadJournalAsync();

        Assert.Equal(256, rows[0].Entry.Subject.Length);
        Assert.StartsWith("""{"oversize":20008,"sha256":""", rows[0].Entry.Details, StringComparison.Ordinal);
        Assert.Equal("nul \ufffd and half \ufffd", rows[1].Entry.Subject);
    }
}
