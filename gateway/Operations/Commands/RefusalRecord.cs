using System.Collections.Concurrent;
using System.Text;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Commands;

/// <summary>
/// Journals refused requests without letting a storm of them fill the disk: so many rows per caller and minute, then only a count, which the
/// caller's next row carries.
/// </summary>
public sealed class RefusalRecord(IServiceJournal journal, TimeProvider time)
{
    public const int RowsPerMinute = 20;

    // Callers are users of this gateway; a bound all the same, since an external broker without an ACL would let anybody invent names.
    private const int MostCallers = 1024;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private readonly Tally _others = new();

    private sealed class Tally
    {
        public long Start { get; set; }
        public int Rows { get; set; }
        public long LeftOut { get; set; }
    }

    public void Add(string caller, string subject, string? id, Refusal refusal)
    {
        var tally = _tallies.TryGetValue(caller, out var known) ? known
            : _tallies.Count < MostCallers ? _tallies.GetOrAdd(caller, _ => new()) : _others;
        long leftOut;
        lock (tally)
        {
            var now = time.GetTimestamp();
            if (tally.Rows == 0 || time.GetElapsedTime(tally.Start, now) >= Window)
            {
                tally.Start = now;
                tally.Rows = 0;
            }

            if (++tally.Rows > RowsPerMinute)
            {
                tally.LeftOut++;
                return;
            }

            leftOut = tally.LeftOut;
            tally.LeftOut = 0;
        }

        var kind = refusal.Code.Stat == AnswerCodes.NoRight.Stat ? "access.refused" : "command.refused";
        journal.Append(new(time.GetUtcNow(), kind, subject, caller, Details(id, refusal.Code, leftOut)));
    }

    private static string Details(string? id, AnswerCode code, long leftOut)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        if (id is not null) json.WriteString("id"u8, id);
        json.WriteNumber("stat"u8, code.Stat);
        json.WriteString("code"u8, code.Code);
        if (leftOut > 0) json.WriteNumber("leftOut"u8, leftOut);
        json.WriteEndObject();
        return Encoding.UTF8.GetString(payload.Take());
    }
}
