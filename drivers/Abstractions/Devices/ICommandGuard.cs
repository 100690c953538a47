namespace AvGateway.Devices;

/// <summary>
/// Stands before every frame of every command, whoever sent it. Asked from the device's mailbox: returns at once and never throws. A yes is
/// good for one frame.
/// </summary>
public interface ICommandGuard
{
    /// <summary>Null when the next frame of this command may go; else how the command ends (<see cref="CommandOutcome.Guarded"/>).</summary>
    CommandResult? Refusal(IDevice device, CommandRequest command);
}
