using System.Text;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Commands;

/// <summary>
/// The rows that commands leave in the service record. Arguments stay out: a recording's name or a dialled address may belong to a case.
/// Rows of beginning and end are made here and stored by the ledger, in the commit that they tell of: queued by themselves, a kill between the
/// two would leave an accepted command of which the record knows nothing (I1, I16).
/// </summary>
internal sealed class CommandJournal(IServiceJournal journal, TimeProvider time)
{
    private readonly RefusalRecord _refusals = new(journal, time);

    public JournalEntry Accepted(CommandRun run) => Row("command.accepted", run, null);

    public JournalEntry Ended(CommandRun run) => Row("command.ended", run, run.Final);

    public void Refused(CommandAsk ask, string id, Refusal refusal) => _refusals.Add(ask.Caller, ask.Device.ToString(), id, refusal);

    private JournalEntry Row(string kind, CommandRun run, Answer? final)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("id"u8, run.Request.Id);
        json.WriteString("verb"u8, run.Request.Verb);
        if (final is { } answer)
        {
            json.WriteNumber("stat"u8, answer.Stat);
            json.WriteString("code"u8, answer.Code);
            json.WriteNumber("attempts"u8, run.Attempts);
            json.WriteNumber("elapsedMs"u8, (long)run.Elapsed.TotalMilliseconds);
        }

        json.WriteEndObject();
        return new(time.GetUtcNow(), kind, run.Device.Id.ToString(), run.Ask.Caller, Encoding.UTF8.GetString(payload.Take()));
    }
}
