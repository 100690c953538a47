using AvGateway.Devices;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Publishing;

/// <summary><c>{"v":…,"ts":…,"q":…,"src":…,"seq":n}</c>.</summary>
internal static class ReadingPayload
{
    /// <summary>No reading is larger; one that would be is shown as unknown rather than cut to something that the device never said.</summary>
    public const int MostBytes = 16 * 1024;

    public static byte[] Write(in Reading reading)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteValue("v"u8, reading.Value);
        json.WriteTime("ts"u8, reading.At);
        json.WriteString("q"u8, ReadingWords.Of(reading.Quality));
        json.WriteString("src"u8, ReadingWords.Of(reading.Source));
        json.WriteNumber("seq"u8, reading.Sequence);
        json.WriteEndObject();
        return payload.Take();
    }
}

/// <summary><c>{"v":…,"cmd":…,"by":…,"until":…}</c>.</summary>
internal static class TargetPayload
{
    public static byte[] Write(Target target)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteValue("v"u8, target.Value);
        json.WriteString("cmd"u8, target.Command);
        json.WriteString("by"u8, target.Caller);
        json.WriteTime("until"u8, target.Until);
        json.WriteEndObject();
        return payload.Take();
    }
}

/// <summary><c>{"state":…,"reason":…,"mode":…,"since":…}</c>.</summary>
public static class StatePayload
{
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<DeviceState>().Select(Of)];

    /// <summary>The word of CONTRACT §2.</summary>
    public static string Of(DeviceState state) => state switch
    {
        DeviceState.Init => "init",
        DeviceState.Online => "online",
        DeviceState.Degraded => "degraded",
        DeviceState.Offline => "offline",
        DeviceState.Disabled => "disabled",
        DeviceState.Maintenance => "maintenance",
        _ => "parent-down",
    };

    internal static byte[] Write(DeviceStatus status)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("state"u8, Of(status.State));
        json.WriteString("reason"u8, status.Reason);
        json.WriteString("mode"u8, status.Mode);
        json.WriteTime("since"u8, status.Since);
        json.WriteEndObject();
        return payload.Take();
    }
}

/// <summary><c>{"ts":…, and what the event tells}</c>.</summary>
internal static class EventPayload
{
    private const string Time = "ts";

    public static byte[] Write(DateTimeOffset at, Arguments details)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteTime("ts"u8, at);
        foreach (var (name, value) in details)
        {
            if (name == Time) continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
        return payload.Take();
    }
}
