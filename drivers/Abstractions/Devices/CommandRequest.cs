namespace AvGateway.Devices;

/// <summary>One wish to one device, already checked against the driver's manifest.</summary>
/// <param name="Id">The caller's id of this request; stands in every log line of every hop.</param>
/// <param name="Verb">A verb of the manifest, or <c>set/PROPERTY</c> for a settable property without a verb of its own.</param>
/// <param name="Caller">The user who asked.</param>
public sealed record CommandRequest(string Id, string Verb, Arguments Args, Deadline Deadline, string Caller);

/// <summary>Hears how far a command has come. Called from the device's mailbox: must return at once.</summary>
public interface ICommandProgress
{
    /// <summary>The first frame of this command was given to the link.</summary>
    void Sent(CommandRequest command);

    /// <summary>The device acknowledged. Nothing is done yet.</summary>
    void Acknowledged(CommandRequest command);
}
