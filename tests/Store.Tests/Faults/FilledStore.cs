using System.Text;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;

namespace AvGateway.Store.Tests.Faults;

/// <summary>A store with something of everything in it, and the means to say whether a damaged copy still tells all of it.</summary>
internal static class FilledStore
{
    private const int Settled = 40, Open = 20, Documents = 20, Topics = 40, Messages = 20, Rows = 60;

    public static async Task FillAsync(StoreBench bench)
    {
        var (store, cancellation) = (bench.Store, StoreBench.Cancellation);
        for (var n = 0; n < Settled; n++)
        {
            await store.Ledger.AdmitAsync(Words.Command($"settled-{n}"), cancellation);
            await store.Ledger.SettleAsync("panel-1", $"settled-{n}", Words.Answer($"AVG-{n}"), cancellation);
        }

        for (var n = 0; n < Open; n++) await store.Ledger.AdmitAsync(Words.Command($"open-{n}"), cancellation);
        for (var n = 0; n < Documents; n++) await store.State.PutAsync("run", $"run-{n:D2}", $$"""{"n":{{n}}}""", cancellation);
        for (var n = 0; n < Topics; n++) store.Retained.Add($"avgw/1/city/court-{n:D2}/$hearing");
        for (var n = 0; n < Messages; n++) await store.Outbox.EnqueueAsync(new($"fault/{n:D2}", Encoding.UTF8.GetBytes($"{n}"), OutboxKind.Event), cancellation);
        for (var n = 0; n < Rows; n++)
        {
            if (n == Rows / 2) await bench.QuiesceAsync();
            await store.Journal.AppendDurablyAsync(Words.Row("test.row", $"row-{n}"), cancellation);
        }

        await store.CutAnchorAsync(cancellation);
        await bench.QuiesceAsync();
    }

    /// <summary>What differs from what was filled in; null when nothing does.</summary>
    public static async Task<string?> DifferenceAsync(StoreBench bench)
    {
        var (store, cancellation) = (bench.Store, StoreBench.Cancellation);
        var open = (await store.Ledger.UnsettledAsync(cancellation)).ToList();
        if (!open.SequenceEqual(Enumerable.Range(0, Open).Select(n => Words.Command($"open-{n}")))) return "open commands";
        var documents = await store.State.LoadAllAsync("run", cancellation);
        if (!documents.SequenceEqual(Enumerable.Range(0, Documents).Select(n => new StateDocument("run", $"run-{n:D2}", $$"""{"n":{{n}}}""", 1)))) return "documents";
        if (!(await store.Retained.LoadAsync(cancellation)).SequenceEqual(Enumerable.Range(0, Topics).Select(n => $"avgw/1/city/court-{n:D2}/$hearing"))) return "topics";
        var messages = await store.Outbox.ReadAsync(0, 1000, cancellation);
        if (!messages.Select(m => (m.Message.Topic, Encoding.UTF8.GetString(m.Message.Payload.Span))).SequenceEqual(Enumerable.Range(0, Messages).Select(n => ($"fault/{n:D2}", $"{n}"))))
            return "messages";
        for (var n = 0; n < Settled; n++)
        {
            var known = await store.Ledger.AdmitAsync(Words.Command($"settled-{n}"), cancellation);
            if (known.Admission == Admission.Unavailable) return null;
            if (known.Answer is not { } answer || answer.Code != $"AVG-{n}" || !answer.Json.Span.SequenceEqual(Words.Answer($"AVG-{n}").Json.Span)) return $"answer {n}";
        }

        var rows = await bench.ReadJournalAsync(new(Kind: "test.row"));
        return rows.Select(r => r.Entry).SequenceEqual(Enumerable.Range(0, Rows).Select(n => Words.Row("test.row", $"row-{n}"))) ? null : "rows of the record";
    }
}
