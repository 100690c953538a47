using System.Globalization;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Journal;
using AvGateway.Store;
using Microsoft.Extensions.Logging.Abstractions;

// Admits and settles until it is killed, and says on standard output what was acknowledged: "a ID" admitted, "s ID" settled, "j TEXT" a row
// of the service record, "p KEY VERSION" a document. A line is written only after the store has completed the call. With a fourth argument each
// caller makes that many rounds, and the store is closed in order.
var options = new StoreOptions { DataDirectory = args[0], BallastBytes = 64 << 10, ChainDelay = TimeSpan.FromMilliseconds(2) };
var run = args[1];
var callers = int.Parse(args[2], CultureInfo.InvariantCulture);
var rounds = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : int.MaxValue;
await using var store = await GatewayStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
Say($"boot {store.Boot}");
await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => LoopAsync(caller))));

async Task LoopAsync(int caller)
{
    for (var n = 0; n < rounds; n++)
    {
        var id = $"{run}-{caller}-{n}";
        var entry = new LedgerEntry("panel", id, $"digest {id}", "court-1/matrix/do/route", """{"input":1}""", TimeProvider.System.GetUtcNow())
        {
            Record = Row("command.accepted", id),
        };
        await store.Ledger.AdmitAsync(entry, CancellationToken.None);
        Say($"a {id}");
        if (n % 3 == 0) continue;
        await store.Ledger.SettleAsync("panel", id, new(200, "AVG-VERIFIED", "{}"u8.ToArray()), CancellationToken.None);
        Say($"s {id}");
        if (n % 5 != 0) continue;
        store.Journal.Append(Row("device.online", id));
        await store.Journal.AppendDurablyAsync(Row("test.durable", id), CancellationToken.None);
        Say($"j {id}");
        var version = await store.State.PutAsync("run", $"key-{caller}", $$"""{"id":"{{id}}"}""", CancellationToken.None);
        Say($"p key-{caller} {version}");
    }
}

static JournalEntry Row(string kind, string subject) => new(TimeProvider.System.GetUtcNow(), kind, subject, "panel", "{}");

static void Say(string line)
{
    lock (Console.Out)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
