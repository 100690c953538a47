using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Running;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows hearings and scenes on <c>R/$hearing</c> and <c>R/$scene/X</c>, whole, at each change.</summary>
public sealed class RoomPublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly Courthouse _house;
    private readonly ISiteNames _names;

    // Written in the order in which they are looked at: an older picture must not follow a newer one.
    private readonly Lock _gate = new();

    public RoomPublisher(TopicMap topics, RetainedTopics retained, Courthouse house, ISiteNames names)
    {
        _topics = topics;
        _retained = retained;
        _house = house;
        _names = names;
        foreach (var room in house.Rooms)
        {
            room.Hearing.Changed += _ => ShowHearing(room);
            room.Recording.Changed += _ => ShowHearing(room);
            room.Board.Changed += status => ShowScene(room, status.Scene);
        }
    }

    /// <summary>To be called once the rooms are restored and the bus is open.</summary>
    public void ShowAll()
    {
        foreach (var room in _house.Rooms)
        {
            ShowHearing(room);
            foreach (var scene in room.Scenes) ShowScene(room, scene.Id);
        }
    }

    private void ShowHearing(Courtroom room)
    {
        lock (_gate)
        {
            if (room.Hearing.Snapshot.IsKnown) _retained.Show(_topics.Hearing(room.Room), HearingPayload.Write(room, _names.OfRoom(room.Room)));
        }
    }

    private void ShowScene(Courtroom room, string scene)
    {
        lock (_gate)
        {
            if (room.Hearing.Snapshot.IsKnown) _retained.Show(_topics.Scene(room.Room, scene), ScenePayload.Write(room.Scenes.First(s => s.Id == scene), room.Board.Find(scene)!));
        }
    }
}

/// <summary>What everybody in the room may know of its hearing; no case data.</summary>
public static class HearingPayload
{
    public static IReadOnlyList<string> Phases { get; } = [.. Enum.GetValues<Stage>().Select(s => s.PhaseWord()).Distinct()];

    public static byte[] Write(Courtroom room, Names name)
    {
        var hearing = room.Hearing.Snapshot;
        var picture = room.Recording.Picture;
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteStartObject("name"u8);
        json.WriteString("zh"u8, name.Zh);
        json.WriteString("en"u8, name.En);
        json.WriteEndObject();
        json.WriteString("phase"u8, hearing.PhaseWord);
        json.WriteString("stage"u8, hearing.Stage.Word());
        json.WriteString("recording"u8, hearing.RecordingText);
        json.WriteTime("since"u8, hearing.Since);
        json.WriteBoolean("public"u8, hearing.IsPublic);
        if (hearing.Wished is { } wished) json.WriteString("wished"u8, wished.Word());
        if (hearing.NotConfirmed) json.WriteBoolean("notConfirmed"u8, true);
        if (!hearing.IsStored) json.WriteBoolean("stored"u8, false);
        if (hearing.IsForgotten) json.WriteBoolean("forgotten"u8, true);
        json.WriteStartArray("recorders"u8);
        foreach (var recorder in picture.Recorders)
        {
            json.WriteStartObject();
            json.WriteString("device"u8, recorder.Device.ToString());
            json.WriteString("role"u8, RunJson.Word(recorder.Role));
            json.WriteString("state"u8, RunJson.Word(recorder.State));
            json.WriteStartArray("faults"u8);
            foreach (var fault in recorder.Faults) json.WriteStringValue(fault);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("scenes"u8);
        foreach (var scene in room.Possible) json.WriteStringValue(scene);
        json.WriteEndArray();
        if (picture.Offer is { } offer) json.WriteString("offer"u8, offer.ToString());
        json.WriteEndObject();
        return payload.Take();
    }
}

/// <summary>A scene of a room, whether the room shows it, and its last run.</summary>
public static class ScenePayload
{
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<SceneState>().Select(RunJson.Word)];

    public static byte[] Write(Scene scene, SceneStatus status)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("state"u8, RunJson.Word(status.State));
        json.WriteStartObject("name"u8);
        json.WriteString("zh"u8, scene.Name.Zh);
        json.WriteString("en"u8, scene.Name.En);
        json.WriteEndObject();
        json.WriteTime("since"u8, status.Since);
        json.WriteBoolean("confirm"u8, scene.Confirm);
        if (!status.Changed.IsDefaultOrEmpty)
        {
            json.WriteStartArray("changed"u8);
            foreach (var point in status.Changed)
            {
                json.WriteStartObject();
                RunJson.WritePoint(json, point);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (status.Last is { } last) RunJson.Write(json, "last"u8, last);
        json.WriteEndObject();
        return payload.Take();
    }
}
