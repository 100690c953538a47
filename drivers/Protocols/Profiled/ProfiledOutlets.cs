using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A relay box or power controller whose outlets can be asked one by one.</summary>
public sealed class ProfiledOutlets : ProfiledDriver
{
    private static readonly TimeSpan Relay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(500);

    private readonly OutletOrders<ProfiledReply> _orders;

    internal ProfiledOutlets(Profile profile, DriverSetup setup) : base(profile, setup)
    {
        var outlets = profile.ReadOf(OutletWords.Outlets().Name)!;
        var timing = new OutletTiming(TimeSpan.Zero, Relay, profile.Pace.Follow, LooksEvery + profile.Pace.Gap);
        _orders = new(() => Device, timing,
            (command, outlet, isOn) => Send(command, Profile.Verbs.First(v => v.Spec.Name == command.Verb), () => _orders!.Taken(command, outlet)),
            outlet => Look(outlets, outlet));
    }

    public override void OnLinkLost()
    {
        _orders.LinkLost();
        base.OnLinkLost();
    }

    public override void OnTimer(string name) => _orders.OnTimer(name);

    public override void OnNotSeen(CommandRequest command, string property)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Args.TryGet(OutletWords.OutletArgument, out var outlet)) _orders.NotSeen(command, (int)outlet.Integer);
    }

    private protected override void Wish(CommandRequest command, ProfileVerb verb)
    {
        if (verb.IsToggle || verb.Spec.Name is not (OutletWords.OnVerb or OutletWords.OffVerb)) base.Wish(command, verb);
        else _orders.Accept(command, (int)command.Args[OutletWords.OutletArgument].Integer);
    }

    private protected override void Take(ProfileRead read, int? index, Value value)
    {
        if (index is { } outlet && read.Property.Name == OutletWords.Outlets().Name && value.Kind is ValueKind.Text) _orders.Seen(outlet, value.Text);
        else base.Take(read, index, value);
    }
}
