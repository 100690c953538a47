using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Schedule.Running;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows each job on <c>$schedule/J</c>, whole, whenever it looks different from before.</summary>
public sealed class SchedulePublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly ScheduleLoop _loop;
    private readonly Dictionary<string, byte[]> _shown = new(StringComparer.Ordinal);

    // Written in the order in which they are looked at: an older picture must not follow a newer one.
    private readonly Lock _gate = new();

    public SchedulePublisher(TopicMap topics, RetainedTopics retained, ScheduleLoop loop)
    {
        (_topics, _retained, _loop) = (topics, retained, loop);
        loop.Changed += ShowAll;
    }

    public void ShowAll()
    {
        lock (_gate)
        {
            foreach (var job in _loop.Jobs)
            {
                var payload = SchedulePayload.Write(_loop.StatusOf(job.Id));
                if (_shown.TryGetValue(job.Id, out var before) && before.AsSpan().SequenceEqual(payload)) continue;
                _shown[job.Id] = payload;
                _retained.Show(_topics.Schedule(job.Id), payload);
            }
        }
    }
}

/// <summary>A job: when it comes next and why, what guards its rooms, how it ended last.</summary>
public static class SchedulePayload
{
    public static byte[] Write(JobStatus status)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        ScheduleJson.Write(json, "name"u8, status.Job.Name);
        json.WriteString("act"u8, status.Job.Act);
        ScheduleJson.Write(json, "rule"u8, status.Job.Rule.Says);
        json.WriteString("state"u8, ScheduleJson.StateOf(status));
        if (status is { Next: { } next, NextDay: { } day }) ScheduleJson.WriteNext(json, next, day);
        json.WriteStartArray("guard"u8);
        foreach (var (room, why) in status.Guarded) ScheduleJson.WriteGuard(json, room, why);
        json.WriteEndArray();
        if (status.Open is { } open) ScheduleJson.Write(json, "open"u8, open);
        if (status.Last is { } last) ScheduleJson.Write(json, "last"u8, last);
        if (status.Reminder is { } missing)
        {
            json.WriteStartObject("listMissing"u8);
            json.WriteNumber("year"u8, missing.Year);
            json.WriteString("severity"u8, missing.Severity);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        return payload.Take();
    }
}
