using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Lines;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows how each watched line is, and whose trouble it has, on <c>$line/L</c>.</summary>
public sealed class LinePublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly ILineWatch _lines;

    // Written in the order in which they are looked at: an older picture must not follow a newer one.
    private readonly Lock _gate = new();

    public LinePublisher(TopicMap topics, RetainedTopics retained, ILineWatch lines)
    {
        (_topics, _retained, _lines) = (topics, retained, lines);
        lines.Changed += Show;
    }

    /// <summary>To be called once the bus is open: also what was not watched yet is shown, as not known.</summary>
    public void ShowAll()
    {
        foreach (var view in _lines.Views) Show(view.Plan.Line);
    }

    private void Show(string line)
    {
        lock (_gate)
        {
            if (_lines.Find(line) is { } view) _retained.Show(_topics.Line(line), Payload(view));
        }
    }

    public static byte[] Payload(LineView view)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        LineJson.Show(payload.Json, view);
        payload.Json.WriteEndObject();
        return payload.Take();
    }
}
