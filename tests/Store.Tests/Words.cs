using System.Text;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Journal;

namespace AvGateway.Store.Tests;

/// <summary>Short ways to say what a test stores.</summary>
internal static class Words
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static LedgerEntry Command(string id, string caller = "panel-1", string digest = "d1", DateTimeOffset? at = null) =>
        new(caller, id, digest, "court-1/matrix/do/route", """{"input":3,"output":1}""", at ?? Noon);

    public static SettledAnswer Answer(string code = "AVG-VERIFIED", int stat = 200) =>
        new(stat, code, Encoding.UTF8.GetBytes($$"""{"final":true,"stat":{{stat}},"code":"{{code}}"}"""));

    public static JournalEntry Row(string kind = "device.offline", string subject = "court-1/matrix", DateTimeOffset? at = null, string details = "{}") =>
        new(at ?? Noon, kind, subject, "gateway", details);
}
