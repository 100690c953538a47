using System.Collections.Frozen;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Schedule.Running;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about jobs: <c>$schedule/J/do/{run,skip,preview}</c>.</summary>
public sealed class ScheduleRequests(ScheduleDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public static IReadOnlyDictionary<string, ScheduleAct> Verbs { get; } =
        new Dictionary<string, ScheduleAct> { ["run"] = ScheduleAct.Run, ["skip"] = ScheduleAct.Skip, ["preview"] = ScheduleAct.Preview }.ToFrozenDictionary();

    public string Name => TopicTable.ScheduleFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (!Verbs.TryGetValue(target.Name, out var act))
        {
            RoomWish.RefuseVerb(request, Verbs.Keys, writer, time, answers);
            return;
        }

        desk.Ask(new(target.Caller, target["job"]!, act, string.Join('/', target.Levels), request.Arrived) { Id = request.Id, Ttl = request.Ttl, Args = request.Body.Args }, answers);
    }
}
