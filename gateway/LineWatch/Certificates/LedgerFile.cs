using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.Certificates;

/// <summary>A minute as it stands in the ledger.</summary>
/// <param name="Before">Hash of the row before it, of whatever day.</param>
public sealed record LedgerRow(string Site, string Line, string Far, string Circuit, string Carrier, LineMinute Minute, string Before, string Hash);

/// <summary>Rows of one line that were read, and what is wrong with them; empty when every row follows the one before it.</summary>
public sealed record LedgerReading(IReadOnlyList<LedgerRow> Rows, IReadOnlyList<string> Findings);

/// <summary>
/// The measurements of a line as files, one a UTC day, one row a minute: JSON, a space, and the hash over it and the row before. Whoever changes, removes or
/// adds a row breaks the chain behind it.
/// </summary>
public static class LedgerFile
{
    /// <summary>What the first row of a line follows.</summary>
    public const string Nothing = "0000000000000000000000000000000000000000000000000000000000000000";

    private const int HashLength = 64;

    public static string PathOf(string folder, string line, DateTimeOffset at) =>
        Path.Combine(folder, line, at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".log");

    /// <summary>The days of a line, the first one first.</summary>
    public static IReadOnlyList<string> FilesOf(string folder, string line) =>
        Directory.Exists(Path.Combine(folder, line)) ? [.. Directory.GetFiles(Path.Combine(folder, line), "????-??-??.log").Order(StringComparer.Ordinal)] : [];

    internal static (string Text, string Hash) Write(string site, LinePlan plan, LineMinute minute, string before)
    {
        var json = JsonSerializer.Serialize(new Stored(site, plan.Line, plan.FarSite, plan.Circuit ?? "", plan.Carrier ?? "", minute, before));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        return ($"{json} {hash}\n", hash);
    }

    /// <summary>Reads the minutes that begin in the window. Days outside of it are not looked at.</summary>
    public static LedgerReading Read(string folder, string line, DateTimeOffset from, DateTimeOffset until)
    {
        var rows = new List<LedgerRow>();
        var findings = new List<string>();
        string? last = null;
        foreach (var file in FilesOf(folder, line).Where(f => IsNear(f, from, until)))
        {
            // A running gateway may be writing the last row.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var number = 0;
            foreach (var text in reader.ReadToEnd().Split('\n')[..^1])
            {
                number++;
                if (Parse(text) is not { } row)
                {
                    findings.Add($"{Path.GetFileName(file)} row {number}: it was changed, or is no row");
                    last = null;
                    continue;
                }

                if (last is not null && row.Before != last) findings.Add($"{Path.GetFileName(file)} row {number}: it does not follow the row before it");
                if (row.Line != line) findings.Add($"{Path.GetFileName(file)} row {number}: it is of the line {row.Line}");
                last = row.Hash;
                if (row.Minute.At >= from && row.Minute.At < until) rows.Add(row);
            }
        }

        return new(rows, findings);
    }

    /// <summary>Null for a row that is not what was written.</summary>
    internal static LedgerRow? Parse(string text)
    {
        if (text.Length < HashLength + 2 || text[^(HashLength + 1)] != ' ') return null;
        var (json, hash) = (text[..^(HashLength + 1)], text[^HashLength..]);
        if (hash != Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))) return null;
        try
        {
            return JsonSerializer.Deserialize<Stored>(json) is { } row ? new(row.Site, row.Line, row.Far, row.Circuit, row.Carrier, row.Minute, row.Before, hash) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The day before and the day after, so that the chain is checked across midnight.
    private static bool IsNear(string file, DateTimeOffset from, DateTimeOffset until) =>
        DateTimeOffset.TryParseExact(Path.GetFileNameWithoutExtension(file), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
        && day.AddDays(2) > from && day.AddDays(-1) < until;

    private sealed record Stored(string Site, string Line, string Far, string Circuit, string Carrier, LineMinute Minute, string Before);
}
