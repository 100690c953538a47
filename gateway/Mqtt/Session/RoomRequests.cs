using System.Collections.Frozen;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about scenes: <c>R/$scene/X/do/{run,preview,rollback}</c>.</summary>
public sealed class SceneRequests(RoomDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public static IReadOnlyDictionary<string, RoomAct> Verbs { get; } =
        new Dictionary<string, RoomAct> { ["run"] = RoomAct.Run, ["preview"] = RoomAct.Preview, ["rollback"] = RoomAct.RollBack }.ToFrozenDictionary();

    public string Name => TopicTable.SceneFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        if (Verbs.TryGetValue(request.Target.Name, out var act)) desk.Ask(RoomWish.Of(request, request.Target["scene"]!, act), answers);
        else RoomWish.RefuseVerb(request, Verbs.Keys, writer, time, answers);
    }
}

/// <summary>Requests about hearings: <c>R/$hearing/do/VERB</c>. Each leads the room to the scene that the court has for it.</summary>
public sealed class HearingRequests(RoomDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    /// <summary>The scene that each verb runs.</summary>
    public static IReadOnlyDictionary<string, string> Scenes { get; } = new Dictionary<string, string>
    {
        ["prepare"] = "prepare",
        ["open"] = "open",
        ["adjourn"] = "recess",
        ["deliberate"] = "deliberation",
        ["resume"] = "resume",
        ["close"] = "close",
        ["panic-mute"] = "panic-mute",
    }.ToFrozenDictionary();

    public string Name => TopicTable.HearingFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        if (Scenes.TryGetValue(request.Target.Name, out var scene)) desk.Ask(RoomWish.Of(request, scene, RoomAct.Run), answers);
        else RoomWish.RefuseVerb(request, Scenes.Keys, writer, time, answers);
    }
}

internal static class RoomWish
{
    public static RoomAsk Of(MqttRequest request, string scene, RoomAct act) =>
        new(request.Target.Caller, request.Target["room"]!, scene, act, string.Join('/', request.Target.Levels), request.Arrived)
        {
            Id = request.Id,
            Ttl = request.Ttl,
            Args = request.Body.Args,
        };

    public static void RefuseVerb(MqttRequest request, IEnumerable<string> known, AnswerWriter writer, TimeProvider time, IAnswers answers) =>
        answers.Give(writer.Refused(
            request.Id ?? RequestId.Make(time),
            null,
            new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(request.Target.Name)}\" here: known are {string.Join(", ", known.Order(StringComparer.Ordinal))}"),
            time.GetElapsedTime(request.Arrived)));
}
