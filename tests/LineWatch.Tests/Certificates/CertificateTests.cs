using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.LineWatch.Certificates;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Lines;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.LineWatch.Tests.Certificates;

/// <summary>What was measured is kept, is certified, and cannot be edited (R56).</summary>
public sealed class CertificateTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
    private static readonly LinePlan Plan = new("to-jia", "jia", new(System.Net.IPAddress.Loopback, 1), new("a shared secret of two courts")) { Circuit = "CIRCUIT-1", Carrier = "carrier-a" };

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-ledger-").FullName;
    private readonly Rows _journal = new();
    private readonly SigningKey _key = SigningKey.Generate();

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_window_is_certified_and_the_certificate_is_good()
    {
        await KeepAsync(0..120);
        var file = Certificate(10, 70);

        var found = LineCertificate.Verify(file, _key.Fingerprint);
        Assert.True(found.IsGood, found.Why);
        Assert.Equal(60, found.Certificate.GetProperty("summary").GetProperty("minutes").GetInt32());
        Assert.Equal(60, found.Certificate.GetProperty("minutes").GetArrayLength());
        Assert.Equal("CIRCUIT-1", found.Certificate.GetProperty("circuit").GetString());
        Assert.Equal(0, found.Certificate.GetProperty("notMeasured").GetArrayLength());
        Assert.Equal(7, found.Certificate.GetProperty("journal").GetProperty("sequence").GetInt64());

        // Each hour the service record took the hash: a ledger that was made anew would not fit it.
        Assert.Equal(2, _journal.Entries.Count);
        Assert.Equal(LedgerFile.Read(_folder, "to-jia", Start.AddMinutes(59), Start.AddMinutes(60)).Rows[0].Hash, JsonDocument.Parse(_journal.Entries[0].Details).RootElement.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Whatever_value_is_edited_it_is_no_longer_good()
    {
        await KeepAsync(0..5);
        var whole = JsonNode.Parse(Certificate(0, 5))!;
        var leaves = Leaves(whole["certificate"]!).ToList();
        Assert.True(leaves.Count > 60);
        foreach (var path in leaves)
        {
            var edited = JsonNode.Parse(whole.ToJsonString())!;
            Edit(edited["certificate"]!, path);
            Assert.False(LineCertificate.Verify(Encoding.UTF8.GetBytes(edited.ToJsonString()), null).IsGood, path);
        }
    }

    [Fact]
    public async Task A_row_that_is_left_out_or_added_and_a_member_that_stands_twice_are_noticed()
    {
        await KeepAsync(0..5);
        var text = Encoding.UTF8.GetString(Certificate(0, 5));
        var shorter = JsonNode.Parse(text)!;
        shorter["certificate"]!["minutes"]!.AsArray().RemoveAt(2);
        Assert.False(Verify(shorter.ToJsonString()).IsGood);
        var longer = JsonNode.Parse(text)!;
        longer["certificate"]!["remark"] = "added";
        Assert.False(Verify(longer.ToJsonString()).IsGood);
        var beside = JsonNode.Parse(text)!;
        beside["remark"] = "added";
        Assert.False(Verify(beside.ToJsonString()).IsGood);
        Assert.False(Verify(text.Replace("\"site\"", "\"site\": \"other\", \"site\"", StringComparison.Ordinal)).IsGood);
        Assert.False(Verify("{}").IsGood);
        Assert.False(Verify("no json").IsGood);

        // How it is spelled is no matter.
        Assert.True(Verify(JsonNode.Parse(text)!.ToJsonString()).IsGood);
    }

    [Fact]
    public async Task One_signed_anew_by_somebody_else_is_not_the_courts()
    {
        await KeepAsync(0..5);
        using var other = SigningKey.Generate();
        var forged = LineCertificate.Make(Subject(0, 5), other, Start);

        Assert.True(LineCertificate.Verify(forged, null).IsGood);
        Assert.False(LineCertificate.Verify(forged, _key.Fingerprint).IsGood);
        using var again = SigningKey.FromPem(_key.ExportPem());
        Assert.Equal(_key.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public async Task Minutes_that_nobody_measured_are_named()
    {
        await KeepAsync(0..3);
        await KeepAsync(6..8);
        var gaps = LineCertificate.Verify(Certificate(0, 10), null).Certificate.GetProperty("notMeasured").EnumerateArray()
            .Select(g => (g.GetProperty("from").GetString(), g.GetProperty("until").GetString())).ToList();

        Assert.Equal([("2026-11-23T00:03:00Z", "2026-11-23T00:06:00Z"), ("2026-11-23T00:08:00Z", "2026-11-23T00:10:00Z")], gaps);
    }

    [Fact]
    public async Task A_ledger_that_was_changed_is_noticed_row_by_row()
    {
        await KeepAsync(0..10);
        var path = LedgerFile.PathOf(_folder, "to-jia", Start);
        var rows = File.ReadAllLines(path);
        Assert.Empty(Read().Findings);

        // A value, a row that is gone, two that changed places, and one that was written anew with a hash of its own.
        File.WriteAllLines(path, [.. rows[..4], rows[4].Replace("\"Sent\":600", "\"Sent\":601", StringComparison.Ordinal), .. rows[5..]]);
        Assert.NotEmpty(Read().Findings);
        File.WriteAllLines(path, [.. rows[..4], .. rows[5..]]);
        Assert.NotEmpty(Read().Findings);
        File.WriteAllLines(path, [.. rows[..4], rows[5], rows[4], .. rows[6..]]);
        Assert.NotEmpty(Read().Findings);
        var forged = LedgerFile.Write("city", Plan, Minute(4) with { OutLost = 0 }, LedgerFile.Parse(rows[3])!.Hash).Text.TrimEnd('\n');
        File.WriteAllLines(path, [.. rows[..4], forged, .. rows[5..]]);
        Assert.NotEmpty(Read().Findings);

        LedgerReading Read() => LedgerFile.Read(_folder, "to-jia", Start, Start.AddHours(1));
    }

    [Fact]
    public async Task The_chain_goes_on_over_midnight_a_restart_and_a_row_that_a_power_cut_left_half_written()
    {
        await KeepAsync(1437..1442);
        var path = LedgerFile.PathOf(_folder, "to-jia", Start.AddDays(1));
        File.AppendAllText(path, "{\"Site\":\"city\",\"Li");
        await KeepAsync(1442..1445);
        var read = LedgerFile.Read(_folder, "to-jia", Start, Start.AddDays(2));

        Assert.Empty(read.Findings);
        Assert.Equal(8, read.Rows.Count);
        Assert.Equal(LedgerFile.Nothing, read.Rows[0].Before);
    }

    [Fact]
    public async Task Days_beyond_what_is_kept_go_and_the_last_ones_stay()
    {
        await KeepAsync(0..1);
        await KeepAsync((1440 * 30)..(1440 * 30 + 1));
        await KeepAsync((1440 * 70)..(1440 * 70 + 1), Start.AddDays(70));

        Assert.Equal(["2026-12-23.log", "2027-02-01.log"], LedgerFile.FilesOf(_folder, "to-jia").Select(Path.GetFileName));
    }

    private static CertificateFinding Verify(string text) => LineCertificate.Verify(Encoding.UTF8.GetBytes(text), null);

    private byte[] Certificate(int from, int until) => LineCertificate.Make(Subject(from, until), _key, Start.AddDays(7));

    private CertificateSubject Subject(int from, int until)
    {
        var read = LedgerFile.Read(_folder, "to-jia", Start.AddMinutes(from), Start.AddMinutes(until));
        Assert.Empty(read.Findings);
        return new("gw-1", Start.AddMinutes(from), Start.AddMinutes(until), read.Rows, new(7, "abc"));
    }

    private async Task KeepAsync(Range minutes, DateTimeOffset? now = null)
    {
        await using var ledger = new LineLedger(_folder, "city", _journal, new VirtualClock(now ?? Start), NullLogger<LineLedger>.Instance);
        for (var minute = minutes.Start.Value; minute < minutes.End.Value; minute++) ledger.Keep(Plan, Minute(minute));
    }

    private static LineMinute Minute(int minute) => new(Start.AddMinutes(minute), 600, 597, 2, 599, 1, 597, 12_345, 1_000, 2_000, minute % 2 == 0 ? -350 : null, "degraded", "carrier");

    private static IEnumerable<string> Leaves(JsonNode node, string at = "") => node switch
    {
        JsonObject members => members.SelectMany(m => m.Value is null ? [$"{at}/{m.Key}"] : Leaves(m.Value, $"{at}/{m.Key}")),
        JsonArray items => items.SelectMany((item, i) => item is null ? [$"{at}/{i}"] : Leaves(item, $"{at}/{i}")),
        _ => [at],
    };

    private static void Edit(JsonNode root, string path)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var holder = steps[..^1].Aggregate(root, (node, step) => (int.TryParse(step, out var index) && node is JsonArray ? node[index] : node[step])!);
        JsonNode? Other(JsonNode? old) => old is null ? 1 : old.GetValueKind() is JsonValueKind.Number ? old.GetValue<long>() + 1 : old.GetValue<string>() + "x";
        if (holder is JsonArray items) items[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = Other(items[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)]);
        else holder[steps[^1]] = Other(holder[steps[^1]]);
    }

    private sealed class Rows : IServiceJournal
    {
        public List<JournalEntry> Entries { get; } = [];

        public void Append(JournalEntry entry) => Entries.Add(entry);

        public ValueTask AppendDurablyAsync(JournalEntry entry, CancellationToken cancellation)
        {
            Append(entry);
            return ValueTask.CompletedTask;
        }
    }
}
