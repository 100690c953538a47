using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Release;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows the people of the site the report of an open fault on <c>$report/F</c>, from the first word that somebody writes in it.</summary>
public sealed class ReportPublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly FaultWatch _faults;
    private readonly Lock _gate = new();

    public ReportPublisher(TopicMap topics, RetainedTopics retained, FaultWatch faults, ReportBook reports)
    {
        (_topics, _retained, _faults) = (topics, retained, faults);
        reports.Changed += Show;
        faults.Changed += change =>
        {
            lock (_gate)
            {
                if (change.Fault.IsClosed) retained.Clear(topics.Report(change.Fault.Id));
            }
        };
    }

    public void Show(ReportDraft draft)
    {
        lock (_gate)
        {
            // Closed meanwhile: its topic was emptied and stays so.
            if (_faults.Find(draft.Case.Fault) is { IsClosed: false }) _retained.Show(_topics.Report(draft.Case.Fault), ReportPayload.Of(draft));
        }
    }
}

/// <summary>Payloads about reports.</summary>
public static class ReportPayload
{
    public static byte[] Of(ReportDraft draft)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        ReportJson.Show(payload.Json, draft);
        payload.Json.WriteEndObject();
        return payload.Take();
    }
}
