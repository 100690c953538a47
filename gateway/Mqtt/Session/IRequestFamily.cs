using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Session;

/// <summary>A request whose form is right. Whether it may be done is for its family to judge.</summary>
/// <param name="Id">Null: nobody will ask for it again.</param>
/// <param name="Ttl">What its caller gave it; null: the default.</param>
/// <param name="Payload">As it came, for families whose arguments are more than scalars.</param>
/// <param name="Arrived">Timestamp of the clock when the bus handed it over.</param>
public sealed record MqttRequest(RequestTarget Target, string? Id, TimeSpan? Ttl, RequestBody Body, ReadOnlyMemory<byte> Payload, long Arrived);

/// <summary>What one family of request topics does: <c>device</c>, <c>$scene</c>, <c>$power</c> … A family that no one serves is refused.</summary>
public interface IRequestFamily
{
    /// <summary>The <see cref="RequestTarget.Family"/> that it serves.</summary>
    string Name { get; }

    /// <summary>Must return at once and lead to exactly one final answer.</summary>
    void Ask(MqttRequest request, IAnswers answers);
}

/// <summary>Requests to devices.</summary>
public sealed class DeviceRequests(CommandRouter router) : IRequestFamily
{
    public string Name => TopicTable.DeviceFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        router.Ask(new(target.Caller, target.Device!.Value, target.Kind, target.Name, request.Arrived)
        {
            Id = request.Id,
            Ttl = request.Ttl,
            Args = request.Body.Args,
        }, answers);
    }
}
