using AvGateway.Operations.Commands;

namespace AvGateway.Store.Tests.Contract;

public abstract class LedgerContract : StoreContract
{
    [Fact]
    public async Task A_new_id_is_admitted()
    {
        var admitted = await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);

        Assert.Equal(new Admitted(Admission.New), admitted);
    }

    [Fact]
    public async Task The_same_command_again_is_running_until_it_is_settled()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);

        Assert.Equal(Admission.Running, (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Admission);
        await Store.Ledger.SettleAsync("panel-1", "a", Words.Answer(), Cancellation);
        Assert.Equal(Admission.Settled, (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Admission);
    }

    [Fact]
    public async Task A_settled_command_gives_the_very_same_answer_after_a_restart()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);
        await Store.Ledger.SettleAsync("panel-1", "a", Words.Answer("AVG-DEV-NAK", 502), Cancellation);
        await Bench.ReopenAsync();

        var answer = (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Answer!;

        Assert.Equal((502, "AVG-DEV-NAK"), (answer.Stat, answer.Code));
        Assert.Equal(Words.Answer("AVG-DEV-NAK", 502).Json.ToArray(), answer.Json.ToArray());
    }

    [Fact]
    public async Task The_same_id_for_something_else_is_a_conflict_before_and_after_it_is_settled()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);

        Assert.Equal(Admission.Conflict, (await Store.Ledger.AdmitAsync(Words.Command("a", digest: "other"), Cancellation)).Admission);
        await Store.Ledger.SettleAsync("panel-1", "a", Words.Answer(), Cancellation);
        Assert.Equal(Admission.Conflict, (await Store.Ledger.AdmitAsync(Words.Command("a", digest: "other"), Cancellation)).Admission);
    }

    [Fact]
    public async Task Callers_do_not_share_ids()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);

        Assert.Equal(Admission.New, (await Store.Ledger.AdmitAsync(Words.Command("a", caller: "panel-2"), Cancellation)).Admission);
    }

    [Fact]
    public async Task A_second_outcome_is_ignored_and_counted()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);
        await Store.Ledger.SettleAsync("panel-1", "a", Words.Answer("AVG-VERIFIED"), Cancellation);

        await Store.Ledger.SettleAsync("panel-1", "a", Words.Answer("AVG-CMD-NOREPLY", 504), Cancellation);

        Assert.Equal(1, Store.RefusedSettlements);
        Assert.Equal("AVG-VERIFIED", (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Answer!.Code);
    }

    [Fact]
    public async Task An_outcome_of_a_command_that_nobody_admitted_is_counted()
    {
        await Store.Ledger.SettleAsync("panel-1", "never", Words.Answer(), Cancellation);

        Assert.Equal(1, Store.RefusedSettlements);
    }

    [Fact]
    public async Task What_was_never_settled_is_found_at_the_next_start_in_its_order()
    {
        var first = Words.Command("z", at: Words.Noon.AddTicks(1));
        var second = Words.Command("b", caller: "panel-2");
        await Store.Ledger.AdmitAsync(first, Cancellation);
        await Store.Ledger.AdmitAsync(Words.Command("done"), Cancellation);
        await Store.Ledger.AdmitAsync(second, Cancellation);
        await Store.Ledger.SettleAsync("panel-1", "done", Words.Answer(), Cancellation);
        await Bench.ReopenAsync();

        Assert.Equal([first, second], await Store.Ledger.UnsettledAsync(Cancellation));
    }

    [Fact]
    public async Task Of_many_at_once_with_one_id_exactly_one_is_new()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Admission)));

        Assert.Equal(1, all.Count(a => a == Admission.New));
        Assert.Equal(199, all.Count(a => a == Admission.Running));
    }

    [Fact]
    public async Task Acceptance_and_its_row_of_the_record_are_stored_once_together()
    {
        var entry = Words.Command("a") with { Record = Words.Row("command.accepted", "court-1/matrix") };
        await Store.Ledger.AdmitAsync(entry, Cancellation);
        await Store.Ledger.AdmitAsync(entry, Cancellation);
        var answer = Words.Answer() with { Record = Words.Row("command.settled", "court-1/matrix") };
        await Store.Ledger.SettleAsync("panel-1", "a", answer, Cancellation);
        await Store.Ledger.SettleAsync("panel-1", "a", answer, Cancellation);

        Assert.Equal(["command.accepted", "command.settled"], (await Bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task A_settled_id_is_forgotten_after_a_day_and_not_before()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);
        await Store.Ledger.SettleAsync("panel-1", "a", Words.Answer(), Cancellation);

        Bench.Time.Advance(TimeSpan.FromHours(23.9));
        await TidyAsync();
        Assert.Equal(Admission.Settled, (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Admission);
        Bench.Time.Advance(TimeSpan.FromHours(0.2));
        await TidyAsync();
        Assert.Equal(Admission.New, (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Admission);
    }

    [Fact]
    public async Task A_command_without_an_outcome_is_never_forgotten()
    {
        await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation);

        Bench.Time.Advance(TimeSpan.FromDays(30));
        await TidyAsync();

        Assert.Equal("a", Assert.Single(await Store.Ledger.UnsettledAsync(Cancellation)).Id);
    }

    [Fact]
    public async Task More_than_one_portion_is_forgotten()
    {
        for (var n = 0; n < 1100; n += 100)
        {
            var from = n;
            await Task.WhenAll(Enumerable.Range(from, 100).Select(async id =>
            {
                await Store.Ledger.AdmitAsync(Words.Command($"{id}"), Cancellation);
                await Store.Ledger.SettleAsync("panel-1", $"{id}", Words.Answer(), Cancellation);
            }));
        }

        Bench.Time.Advance(TimeSpan.FromHours(25));
        for (var round = 0; round < 5; round++) await TidyAsync();

        Assert.Equal(Admission.New, (await Store.Ledger.AdmitAsync(Words.Command("0"), Cancellation)).Admission);
        Assert.Equal(Admission.New, (await Store.Ledger.AdmitAsync(Words.Command("1099"), Cancellation)).Admission);
    }

    [Fact]
    public async Task A_cancelled_request_is_not_stored()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.Ledger.AdmitAsync(Words.Command("a"), gone.Token));

        Assert.Equal(Admission.New, (await Store.Ledger.AdmitAsync(Words.Command("a"), Cancellation)).Admission);
    }

    [Fact]
    public async Task Any_text_comes_back_as_it_was()
    {
        var entry = new LedgerEntry("书记员 '\"--", "标识\n\t", "摘要", "第一审判庭/矩阵/do/route", """{"文本":"🎥 \u0000"}""", Words.Noon.AddTicks(7));
        await Store.Ledger.AdmitAsync(entry, Cancellation);

        Assert.Equal(entry, Assert.Single(await Store.Ledger.UnsettledAsync(Cancellation)));
    }

    // The tidying runs on the writer's own thread: an operation that completes behind it has seen it done.
    private async Task TidyAsync()
    {
        Bench.Time.Advance(TimeSpan.FromMinutes(1));
        await Store.Journal.AppendDurablyAsync(Words.Row("test.barrier"), Cancellation);
        await Store.Journal.AppendDurablyAsync(Words.Row("test.barrier"), Cancellation);
    }
}
