using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Probes;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows what each probe saw last on <c>$probe/P</c> below its device, its room or the site.</summary>
public sealed class ProbePublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly ProbeWatch _probes;

    // Written in the order in which they are looked at: an older picture must not follow a newer one.
    private readonly Lock _gate = new();

    public ProbePublisher(TopicMap topics, RetainedTopics retained, ProbeWatch probes)
    {
        (_topics, _retained, _probes) = (topics, retained, probes);
        probes.Changed += Show;
    }

    /// <summary>To be called once the bus is open: also what was never run is shown, as not known.</summary>
    public void ShowAll()
    {
        foreach (var view in _probes.Views) Show(view.Plan.Id);
    }

    private void Show(string probe)
    {
        lock (_gate)
        {
            if (_probes.Find(probe) is { } view) _retained.Show(_topics.Probe(ProbeDesk.Place(view.Plan), probe), Payload(view));
        }
    }

    public static byte[] Payload(ProbeView view)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        ProbeJson.Show(payload.Json, view);
        payload.Json.WriteEndObject();
        return payload.Take();
    }
}
