using AvGateway.Operations.Commands;
using AvGateway.Store.Journal;

namespace AvGateway.Store.Tests.Crash;

/// <summary>P1: killed at any moment, nothing acknowledged is lost and the chain is whole.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 50;
    private const int Seed = 20261122;
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_random_moments_the_store_loses_nothing_acknowledged()
    {
        var random = new Random(Seed);
        var (acknowledged, boot) = (0, 0L);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = CrashChild.Start(_folder.Path, $"run{kill}", callers: 1 + kill % 8);
            var whileStarting = kill % 5 == 4;
            if (whileStarting)
            {
                await child.KillWhileStartingAsync(TimeSpan.FromMilliseconds(random.Next(60, 260)), Cancellation);
            }
            else
            {
                await child.ReadyAsync(Cancellation);
                await child.KillAfterAsync(random.Next(0, 120), Cancellation);
            }

            acknowledged += child.Lines.Count;

            var record = JournalVerifier.Verify(_folder.Path);
            Assert.True(record.IsSound, $"kill {kill}: {string.Join("; ", record.Findings)}");
            await using var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path));
            Assert.InRange(bench.Store.Boot, whileStarting ? boot + 1 : boot + 2, boot + 2);
            boot = bench.Store.Boot;
            await ExpectAllAsync(bench, child.Lines);
            Assert.True(JournalVerifier.Verify(_folder.Path).IsSound);
        }

        Assert.True(acknowledged > Kills * 30, $"only {acknowledged} acknowledgements: the test has not tested much");
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ExpectAllAsync(StoreBench bench, List<string> lines)
    {
        var unsettled = (await bench.Store.Ledger.UnsettledAsync(Cancellation)).Select(e => e.Id).ToHashSet();
        var rows = (await bench.ReadJournalAsync()).Select(r => (r.Entry.Kind, r.Entry.Subject)).ToHashSet();
        var documents = (await bench.Store.State.LoadAllAsync("run", Cancellation)).ToDictionary(d => d.Key, d => d.Version);
        foreach (var line in lines)
        {
            switch (line.Split(' '))
            {
                case ["a", var id]:
                    Assert.Contains(("command.accepted", id), rows);
                    if (!unsettled.Contains(id)) Assert.Equal(Admission.Settled, await KnownAsync(bench, id));
                    break;
                case ["s", var id]:
                    Assert.DoesNotContain(id, unsettled);
                    Assert.Equal(Admission.Settled, await KnownAsync(bench, id));
                    break;
                case ["j", var id]:
                    Assert.Contains(("device.online", id), rows);
                    Assert.Contains(("test.durable", id), rows);
                    break;
                case ["p", var key, var version]:
                    Assert.True(documents[key] >= long.Parse(version, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                default:
                    Assert.Fail($"the child said \"{line}\"");
                    break;
            }
        }
    }

    private static async Task<Admission> KnownAsync(StoreBench bench, string id) =>
        (await bench.Store.Ledger.AdmitAsync(Words.Command(id, "panel", $"digest {id}"), Cancellation)).Admission;
}
