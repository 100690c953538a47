using System.Collections.Frozen;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Power;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about power: <c>$power/do/{off,on,preview,cancel}</c>.</summary>
public sealed class PowerRequests(PowerDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public static IReadOnlyDictionary<string, PowerWish> Verbs { get; } = new Dictionary<string, PowerWish>
    {
        ["off"] = PowerWish.Off,
        ["on"] = PowerWish.On,
        ["preview"] = PowerWish.Preview,
        ["cancel"] = PowerWish.Cancel,
    }.ToFrozenDictionary();

    public string Name => TopicTable.PowerFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (!Verbs.TryGetValue(target.Name, out var wish))
        {
            RoomWish.RefuseVerb(request, Verbs.Keys, writer, time, answers);
            return;
        }

        desk.Ask(new(target.Caller, wish, string.Join('/', target.Levels), request.Arrived) { Id = request.Id, Ttl = request.Ttl, Args = request.Body.Args }, answers);
    }
}
