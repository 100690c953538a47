using System.Text;
using AvGateway.Operations.Durable;

namespace AvGateway.Store.Tests.Contract;

public abstract class StateContract : StoreContract
{
    [Fact]
    public async Task The_boot_number_rises_by_one_at_each_open()
    {
        Assert.Equal(1, Store.Boot);
        await Bench.ReopenAsync();
        Assert.Equal(2, Store.Boot);
        await Bench.ReopenAsync();
        Assert.Equal(3, Store.Boot);
    }

    [Fact]
    public async Task The_store_keeps_its_name()
    {
        var id = Store.Id;
        await Bench.ReopenAsync();

        Assert.Equal(id, Store.Id);
    }

    [Fact]
    public async Task Documents_count_their_versions_and_survive_a_restart()
    {
        Assert.Equal(1, await Store.State.PutAsync("fault", "F-1", """{"a":1}""", Cancellation));
        Assert.Equal(2, await Store.State.PutAsync("fault", "F-1", """{"a":2}""", Cancellation));
        await Store.State.PutAsync("fault", "F-0", "{}", Cancellation);
        await Store.State.PutAsync("hearing", "court-1", "{}", Cancellation);
        await Bench.ReopenAsync();

        Assert.Equal([new("fault", "F-0", "{}", 1), new("fault", "F-1", """{"a":2}""", 2)], await Store.State.LoadAllAsync("fault", Cancellation));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_begins_anew()
    {
        await Store.State.PutAsync("run", "r1", "{}", Cancellation);
        await Store.State.PutAsync("run", "r1", "{}", Cancellation);
        await Store.State.DeleteAsync("run", "r1", Cancellation);
        await Store.State.DeleteAsync("run", "absent", Cancellation);
        await Bench.ReopenAsync();

        Assert.Empty(await Store.State.LoadAllAsync("run", Cancellation));
        Assert.Equal(1, await Store.State.PutAsync("run", "r1", "{}", Cancellation));
    }

    [Fact]
    public async Task A_batch_stores_documents_rows_and_messages_together()
    {
        await Store.State.PutAsync("run", "old", "{}", Cancellation);
        var batch = new StoreBatch().Put("run", "new", "{}").Delete("run", "old").Record(Words.Row("run.started")).Publish(Event("t/1"));
        await Store.State.CommitAsync(batch, Cancellation);
        await Bench.ReopenAsync();

        Assert.Equal(["new"], (await Store.State.LoadAllAsync("run", Cancellation)).Select(d => d.Key));
        Assert.Equal(["run.started"], (await Bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
        Assert.Equal(["t/1"], (await Store.Outbox.ReadAsync(0, 10, Cancellation)).Select(r => r.Message.Topic));
        Assert.Equal(1, Store.Outbox.Count);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_stored_leaves_nothing_and_harms_nobody_else()
    {
        var impossible = new StoreBatch().Put("run", "half", "{}").Record(Words.Row("run.half")).Put("run", null!, "{}");

        var beside = Enumerable.Range(0, 20).Select(n => Store.State.PutAsync("run", $"r{n}", "{}", Cancellation).AsTask()).ToList();
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.State.CommitAsync(impossible, Cancellation));
        await Task.WhenAll(beside);
        await Store.Journal.AppendDurablyAsync(Words.Row("after"), Cancellation);

        Assert.Equal(20, (await Store.State.LoadAllAsync("run", Cancellation)).Count);
        Assert.Equal([(1, "after")], (await Bench.ReadJournalAsync()).Select(r => (r.Sequence, r.Entry.Kind)));
        Assert.True(Store.Health.IsOk);
    }

    [Fact]
    public async Task Retained_topics_survive_and_the_last_note_counts()
    {
        foreach (var topic in new[] { "a", "b", "c" }) Store.Retained.Add(topic);
        Store.Retained.Add("a");
        Store.Retained.Remove("b");
        Store.Retained.Remove("c");
        Store.Retained.Add("c");
        await Bench.ReopenAsync();

        Assert.Equal(["a", "c"], await Store.Retained.LoadAsync(Cancellation));
        Store.Retained.Remove("a");
        await Bench.ReopenAsync();
        Assert.Equal(["c"], await Store.Retained.LoadAsync(Cancellation));
    }

    [Fact]
    public async Task The_outbox_keeps_order_until_it_is_told_of_delivery()
    {
        foreach (var topic in new[] { "t/1", "t/2", "t/3" }) await Store.Outbox.EnqueueAsync(Event(topic), Cancellation);
        await Bench.ReopenAsync();
        var rows = await Store.Outbox.ReadAsync(0, 2, Cancellation);
        Assert.Equal(["t/1", "t/2"], rows.Select(r => r.Message.Topic));

        await Store.Outbox.DeleteAsync([.. rows.Select(r => r.Id)], Cancellation);
        await Store.Outbox.DeleteAsync([.. rows.Select(r => r.Id)], Cancellation);

        Assert.Equal(["t/3"], (await Store.Outbox.ReadAsync(rows[^1].Id, 10, Cancellation)).Select(r => r.Message.Topic));
        Assert.Equal(1, Store.Outbox.Count);
    }

    [Fact]
    public async Task An_id_of_the_outbox_is_never_given_twice()
    {
        await Store.Outbox.EnqueueAsync(Event("t/1"), Cancellation);
        var delivered = Assert.Single(await Store.Outbox.ReadAsync(0, 10, Cancellation)).Id;
        await Store.Outbox.DeleteAsync([delivered], Cancellation);
        await Store.Outbox.EnqueueAsync(Event("t/2"), Cancellation);

        Assert.Single(await Store.Outbox.ReadAsync(delivered, 10, Cancellation));
    }

    [Fact]
    public async Task A_full_outbox_keeps_every_event_and_the_last_state_of_each_topic()
    {
        Bench.Options = Bench.Options with { OutboxBound = 100 };
        await Bench.ReopenAsync();
        for (var n = 0; n < 90; n++) await Store.Outbox.EnqueueAsync(new($"state/{n % 3}", Encoding.UTF8.GetBytes($"{n}"), OutboxKind.State), Cancellation);
        for (var n = 0; n < 60; n++) await Store.Outbox.EnqueueAsync(Event($"fault/{n}"), Cancellation);

        var rows = await Store.Outbox.ReadAsync(0, 1000, Cancellation);

        Assert.Equal(60, rows.Count(r => r.Message.Kind == OutboxKind.Event));
        var states = rows.Where(r => r.Message.Kind == OutboxKind.State).ToList();
        Assert.Equal(["87", "88", "89"], states.Select(r => Encoding.UTF8.GetString(r.Message.Payload.Span)));
        Assert.Equal(87, Store.Outbox.Collapsed);
        Assert.Equal(63, Store.Outbox.Count);
    }

    [Fact]
    public async Task Too_large_documents_and_messages_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.State.PutAsync("run", "r", new string('x', (1 << 20) + 1), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Outbox.EnqueueAsync(new("t", new byte[(16 << 10) + 1], OutboxKind.Event), Cancellation));
    }

    private static OutboxMessage Event(string topic) => new(topic, "{}"u8.ToArray(), OutboxKind.Event);
}
