using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Session;

/// <summary>Which gateway this is.</summary>
/// <param name="Id">The <c>G</c> of <c>$gw/G</c>; several gateways of one site have different ones.</param>
/// <param name="ConfigurationHash">Of the site file as it was read; tells two configurations apart, not what is in them.</param>
/// <param name="Capabilities">Words for what this version serves.</param>
public sealed record GatewayIdentity(string Id, string Version, string ConfigurationHash, IReadOnlyList<string> Capabilities);

/// <summary>The gateway's own topics: whether it lives, what it is, how it fares.</summary>
public sealed class GatewayPresence
{
    public const string Init = "init";
    public const string Ready = "ready";
    public const string Draining = "draining";
    public const string Stopped = "stopped";
    public const string Lost = "lost";

    // About 60 bytes each: the whole stays well below what a panel's client takes in one piece.
    private const int MostDevices = 1000;

    private readonly GatewayIdentity _identity;
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly TimeProvider _time;
    private readonly long _started;

    public GatewayPresence(GatewayIdentity identity, TopicMap topics, RetainedTopics retained, TimeProvider time)
    {
        _identity = identity;
        _topics = topics;
        _retained = retained;
        _time = time;
        _started = time.GetTimestamp();
        Session = Ulid.Make(time);
        Will = new(topics.GatewayState(identity.Id), Payload(Lost), Retain: true);
    }

    public static IReadOnlyList<string> States { get; } = [Init, Ready, Draining, Stopped, Lost];

    /// <summary>A new one for each run: a will of an older session says nothing about this one.</summary>
    public string Session { get; }

    /// <summary>What the broker says when we are gone without a word.</summary>
    public Publication Will { get; }

    public void ShowState(string state) => _retained.Show(_topics.GatewayState(_identity.Id), Payload(state));

    public void ShowIdentity()
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("version"u8, _identity.Version);
        json.WriteString("configuration"u8, _identity.ConfigurationHash);
        json.WriteString("session"u8, Session);
        json.WriteStartArray("capabilities"u8);
        foreach (var capability in _identity.Capabilities) json.WriteStringValue(capability);
        json.WriteEndArray();
        json.WriteEndObject();
        _retained.Show(_topics.GatewayDescription(_identity.Id), payload.Take());
    }

    public void ShowHealth(GatewayHealth health)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteTime("ts"u8, _time.GetUtcNow());
        json.WriteNumber("uptime"u8, (long)_time.GetElapsedTime(_started).TotalSeconds);
        json.WriteStartObject("memory"u8);
        json.WriteNumber("workingSet"u8, health.WorkingSet);
        json.WriteNumber("heap"u8, health.Heap);
        json.WriteEndObject();
        json.WriteStartObject("queues"u8);
        foreach (var (name, waiting) in health.Queues) json.WriteNumber(name, waiting);
        json.WriteEndObject();
        if (health.ClockOffset is { } offset) json.WriteNumber("clockOffsetMs"u8, offset.TotalMilliseconds);
        else json.WriteNull("clockOffsetMs"u8);
        WriteDevices(json, health.Devices);
        json.WriteEndObject();
        _retained.Show(_topics.GatewayHealth(_identity.Id), payload.Take());
    }

    private static void WriteDevices(System.Text.Json.Utf8JsonWriter json, IReadOnlyCollection<DeviceHealth> devices)
    {
        json.WriteStartObject("devices"u8);
        foreach (var device in devices.Take(MostDevices))
        {
            json.WriteStartObject(device.Id.ToString());
            json.WriteString("state"u8, StatePayload.Of(device.State));
            json.WriteNumber("waiting"u8, device.Waiting);
            foreach (var (name, count) in device.Counters)
            {
                if (count != 0) json.WriteNumber(name, count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (devices.Count > MostDevices) json.WriteNumber("devicesLeftOut"u8, devices.Count - MostDevices);
    }

    private byte[] Payload(string state)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("state"u8, state);
        json.WriteString("session"u8, Session);
        json.WriteTime("since"u8, _time.GetUtcNow());
        json.WriteEndObject();
        return payload.Take();
    }
}
