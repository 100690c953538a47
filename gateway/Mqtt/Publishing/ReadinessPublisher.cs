using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Power;
using AvGateway.Operations.Rooms;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows on <c>R/$readiness</c> whether a room is ready for its next hearing; empty when none is near.</summary>
public sealed class ReadinessPublisher
{
    public ReadinessPublisher(TopicMap topics, RetainedTopics retained, ReadinessWatch watch)
    {
        watch.Changed += readiness => retained.Show(topics.Readiness(readiness.Room), ReadinessPayload.Write(readiness));
        watch.Over += room => retained.Clear(topics.Readiness(room));
    }
}

/// <summary><c>{"state":…,"hearingAt":…,"severity":…,"failed":[…],"free":[…],"since":…}</c>; no case data.</summary>
public static class ReadinessPayload
{
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<ReadinessState>().Select(RunJson.Word)];

    public static byte[] Write(RoomReadiness readiness)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("state"u8, RunJson.Word(readiness.State));
        json.WriteTime("hearingAt"u8, readiness.HearingAt);
        if (readiness.Severity is not ReadinessSeverity.None) json.WriteString("severity"u8, readiness.Severity.ToString());
        json.WriteStartArray("failed"u8);
        foreach (var failed in readiness.Failed)
        {
            json.WriteStartObject();
            json.WriteString("device"u8, failed.Device.ToString());
            json.WriteString("why"u8, failed.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("free"u8);
        foreach (var room in readiness.Free) json.WriteStringValue(room);
        json.WriteEndArray();
        json.WriteTime("since"u8, readiness.At);
        json.WriteEndObject();
        return payload.Take();
    }
}
