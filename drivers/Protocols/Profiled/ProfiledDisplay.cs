using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A display whose power can be asked. What it is wished waits for the moment in which it can be done.</summary>
/// <remarks>This file: the life of the power. <c>.Wishes</c>: what is wished.</remarks>
public sealed partial class ProfiledDisplay : ProfiledDriver
{
    private const string FollowTimer = "follow";
    private const string LookTimer = "look";

    private static readonly TimeSpan WarmsWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan CoolsWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly StateMachine<Mode, Told> _power = new(Mode.Unknown);
    private readonly ProfileRead _powerRead;
    private bool _isInStep;
    private bool _isLooking;

    internal ProfiledDisplay(Profile profile, DriverSetup setup) : base(profile, setup)
    {
        _powerRead = profile.ReadOf(PowerWords.PowerState)!;
        Configure(_power, Follow, StopFollowing, profile.Pace.Follow);
        _power.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Known, Off, Starting, Warming, On, Stopping, Cooling }

    internal enum Told { Off, Warming, On, Cooling, OnAsked, OffAsked, GaveUp, LinkLost }

    internal static IEnumerable<string> ModeNames =>
        [nameof(Mode.Off), nameof(Mode.Starting), nameof(Mode.Warming), nameof(Mode.On), nameof(Mode.Stopping), nameof(Mode.Cooling)];

    private bool IsOnTheWay => _power.State is Mode.Starting or Mode.Warming or Mode.Stopping or Mode.Cooling;

    internal static new StateMachineInfo Describe()
    {
        var power = new StateMachine<Mode, Told>(Mode.Unknown);
        Configure(power, _ => { }, () => { }, default);
        return power.GetInfo();
    }

    internal static new string Draw() => MermaidGraph.Format(Describe());

    public override void OnLinked()
    {
        ForgetWishes();
        _isInStep = _isLooking = false;
        base.OnLinked();
    }

    public override void OnLinkLost()
    {
        _power.Fire(Told.LinkLost);
        base.OnLinkLost();
    }

    public override void OnPoll()
    {
        _isLooking = false;
        base.OnPoll();
    }

    public override void OnTimer(string name)
    {
        if (name == FollowTimer) DidNotFollow();
        else if (_power.State is Mode.Unknown) AskPower();
        else if (IsOnTheWay)
        {
            Device.StartTimer(LookTimer, LooksEvery);
            LookAtPower();
        }
    }

    private protected override void Begin() => AskPower();

    private protected override bool IsWorthAsking(ProfileRead read) => _power.State is Mode.On || !ProfileWords.OfThePicture.Contains(read.Property.Name);

    private protected override void Withheld(ProfileRead read, int? index)
    {
        if (ProfileWords.OfThePicture.Contains(read.Property.Name)) Device.Forget(read.Property.Name);
        if (read == _powerRead) _isLooking = false;
    }

    private protected override void Take(ProfileRead read, int? index, Value value)
    {
        if (read == _powerRead) TakePower(value);
        else if (_power.State is Mode.On || !ProfileWords.OfThePicture.Contains(read.Property.Name)) base.Take(read, index, value);
    }

    /// <summary>Without the power nothing can be used: a display that would not say it is asked again until the runtime takes it for dead.</summary>
    private void AskPower() => Look(_powerRead, null, then: () =>
    {
        if (_power.State is Mode.Unknown) Device.StartTimer(LookTimer, LooksEvery);
        else ReadRest();
    });

    private void ReadRest()
    {
        if (_isInStep) return;
        _isInStep = true;
        var rest = Profile.Reads.Where(r => r != _powerRead && IsWorthAsking(r)).ToArray();
        foreach (var read in rest.SkipLast(1)) ReadAll(read);
        if (rest.Length > 0) ReadAll(rest[^1], Device.Synchronised);
        else Device.Synchronised();
    }

    private void LookAtPower()
    {
        if (_isLooking) return;
        _isLooking = true;
        Look(_powerRead, null);
    }

    private void ReadPicture()
    {
        if (!_isInStep) return;
        foreach (var read in Profile.Reads.Where(r => ProfileWords.OfThePicture.Contains(r.Property.Name))) ReadAll(read);
    }

    private void TakePower(Value value)
    {
        _isLooking = false;
        Told? told = value.Text switch
        {
            PowerStates.Off => Told.Off,
            PowerStates.Warming => Told.Warming,
            PowerStates.On => Told.On,
            PowerStates.Cooling => Told.Cooling,
            _ => null,
        };
        if (told is not { } trigger)
        {
            Device.Forget(PowerWords.PowerState);
            return;
        }

        _power.Fire(trigger);
        if (trigger == _wished && _power.State is Mode.On or Mode.Off) _wished = null;
        Device.Report(PowerWords.PowerState, value);
    }

    private void Follow(TimeSpan within)
    {
        Device.StartTimer(FollowTimer, within);
        Device.StartTimer(LookTimer, LooksEvery);
    }

    private void StopFollowing()
    {
        Device.StopTimer(FollowTimer);
        Device.StopTimer(LookTimer);
    }

    private void DidNotFollow()
    {
        if (_power.State is Mode.Warming)
        {
            Device.Raise(DisplayWords.DidNotComeOn.Code, $"warming up for more than {WarmsWithin.TotalSeconds:0} s", $"预热超过 {WarmsWithin.TotalSeconds:0} 秒");
            return;
        }

        if (_power.State is not (Mode.Starting or Mode.Stopping)) return;
        var words = $"the display still says it is {(_power.State is Mode.Starting ? "off" : "on")}";
        Device.Raise(DisplayWords.NotFollowing.Code, words, $"显示设备仍报告为{(_power.State is Mode.Starting ? "关机" : "开机")}");
        GiveUp(CommandResult.NotSeen(words));
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move.Trigger is not (Told.Off or Told.Warming or Told.On or Told.Cooling)) return;
        if (move.Source is Mode.Starting or Mode.Stopping) Device.Clear(DisplayWords.NotFollowing.Code);
        if (move is { Source: Mode.Warming, Destination: Mode.Off or Mode.Cooling }) Device.Raise(DisplayWords.DidNotComeOn.Code, "the warm-up ended without a picture", "预热结束但没有画面");

        // A remote control, a timer of its own, a protective shut-down.
        if (move.Source is not Mode.Unknown && _wished != Direction(move.Trigger) && IsUnasked(move.Source, move.Destination)) Device.Happened(DisplayWords.PowerUnasked, ("power", Word(move.Destination)));
        if (move.Destination is Mode.On)
        {
            Device.Clear(DisplayWords.DidNotComeOn.Code);
            ReadPicture();
        }
        else
        {
            foreach (var shown in Profile.Properties.Where(p => ProfileWords.OfThePicture.Contains(p.Name))) Device.Forget(shown.Name);
        }

        Settle(move.Destination);
    }

    /// <summary>Neither a wish of ours nor the way that one takes.</summary>
    private static bool IsUnasked(Mode from, Mode to) => (from, to) switch
    {
        (Mode.Off or Mode.On, _) => true,
        (Mode.Starting, Mode.Cooling) or (Mode.Stopping, Mode.Warming) => true,
        (Mode.Warming, Mode.Off or Mode.Cooling) or (Mode.Cooling, Mode.On or Mode.Warming) => true,
        _ => false,
    };

    private static Told Direction(Told told) => told is Told.On or Told.Warming ? Told.On : Told.Off;

    private static string Word(Mode mode) => mode switch
    {
        Mode.Off => PowerStates.Off,
        Mode.Warming => PowerStates.Warming,
        Mode.On => PowerStates.On,
        _ => PowerStates.Cooling,
    };

    private static void Configure(StateMachine<Mode, Told> power, Action<TimeSpan> follow, Action stop, TimeSpan followsWithin)
    {
        power.Configure(Mode.Unknown)
            .Permit(Told.Off, Mode.Off).Permit(Told.Warming, Mode.Warming).Permit(Told.On, Mode.On).Permit(Told.Cooling, Mode.Cooling)
            .Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp).Ignore(Told.LinkLost);

        power.Configure(Mode.Known).Permit(Told.LinkLost, Mode.Unknown);

        power.Configure(Mode.Off).SubstateOf(Mode.Known)
            .Permit(Told.OnAsked, Mode.Starting)
            .Permit(Told.Warming, Mode.Warming).Permit(Told.On, Mode.On).Permit(Told.Cooling, Mode.Cooling)
            .Ignore(Told.Off).Ignore(Told.OffAsked).Ignore(Told.GaveUp);

        power.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .OnEntry(() => follow(followsWithin)).OnExit(stop)
            .Permit(Told.Warming, Mode.Warming).Permit(Told.On, Mode.On).Permit(Told.Cooling, Mode.Cooling)
            .Permit(Told.GaveUp, Mode.Off)
            .Ignore(Told.Off).Ignore(Told.OnAsked).Ignore(Told.OffAsked);

        power.Configure(Mode.Warming).SubstateOf(Mode.Known)
            .OnEntry(() => follow(WarmsWithin)).OnExit(stop)
            .Permit(Told.On, Mode.On).Permit(Told.Off, Mode.Off).Permit(Told.Cooling, Mode.Cooling)
            .Ignore(Told.Warming).Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp);

        power.Configure(Mode.On).SubstateOf(Mode.Known)
            .Permit(Told.OffAsked, Mode.Stopping)
            .Permit(Told.Cooling, Mode.Cooling).Permit(Told.Off, Mode.Off).Permit(Told.Warming, Mode.Warming)
            .Ignore(Told.On).Ignore(Told.OnAsked).Ignore(Told.GaveUp);

        power.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .OnEntry(() => follow(followsWithin)).OnExit(stop)
            .Permit(Told.Cooling, Mode.Cooling).Permit(Told.Off, Mode.Off).Permit(Told.Warming, Mode.Warming)
            .Permit(Told.GaveUp, Mode.On)
            .Ignore(Told.On).Ignore(Told.OnAsked).Ignore(Told.OffAsked);

        power.Configure(Mode.Cooling).SubstateOf(Mode.Known)
            .OnEntry(() => follow(CoolsWithin)).OnExit(stop)
            .Permit(Told.Off, Mode.Off).Permit(Told.On, Mode.On).Permit(Told.Warming, Mode.Warming)
            .Ignore(Told.Cooling).Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp);
    }
}
