using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Visca;

/// <summary>The switches that only a camera has.</summary>
internal sealed class ViscaSwitches(SwitchBoard board, SimulatedVisca camera)
{
    public Switch<TimeSpan> InitTime { get; } =
        board.Duration("init-time", "How long the head looks for its end stops after power on; nothing is executable meanwhile.", TimeSpan.FromSeconds(8));

    public Switch<bool> OneSocket { get; } = board.Boolean("one-socket", "Every command is put into socket 1, also while one is under way there.");

    public Switch<bool> WrongSocket { get; } = board.Boolean("wrong-socket", "A movement is completed in the socket that it was not put into.");

    public Switch<bool> NoAck { get; } = board.Boolean("no-ack", "Commands are completed without having been acknowledged.");

    public Switch<bool> NeverCompletes { get; } = board.Boolean("never-completes", "Movements are made and never completed.");

    public Switch<bool> SaysDone { get; } = board.Boolean("says-done", "A preset is acknowledged and completed at once, and nothing moves.");

    public Switch<bool> BufferFull { get; } = board.Boolean("buffer-full", "Both sockets are busy for ever: 60 03 to every command.");

    public Switch<int> LostReplies { get; } = board.Integer("lost-replies", "The next so many replies are lost on their way; counts down.", 0, 0, 1_000_000);

    public Switch<int> HalfPackets { get; } = board.Integer("half-packets", "Of the next so many replies only half and the FF arrive; counts down.", 0, 0, 1_000_000);

    public Switch<int> LostBytes { get; } = board.Integer("lost-bytes", "Of the next so many replies the second byte is lost; counts down.", 0, 0, 1_000_000);

    public Switch<int?> OtherAddress { get; } =
        board.OptionalInteger("other-address", "The number that the camera has after its chain was cabled anew; null: its own.", 1, 7);

    public Switch<bool> NetworkChange { get; } = board.Momentary("network-change", "Says z0 38 FF, as when a camera came into the chain.", camera.ChangeNetwork);

    public Switch<bool> ForgetsNumbers { get; } =
        board.Momentary("number-jump", "The number of the headers that is expected jumps up by 1000, as after a restart that was not noticed.", camera.JumpNumbers);

    public Switch<bool> PowerFault { get; } = board.Boolean("power-fault", "The power inquiry is answered 04, internal fault.");

    public Switch<TimeSpan> IdleClose { get; } = board.Duration("idle-close", "A TCP connection is closed after this much silence; none: never.", TimeSpan.Zero);
}
