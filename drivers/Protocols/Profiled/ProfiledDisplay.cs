using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A display whose power can be asked. What it is wished waits for the moment in which it can be done.</summary>
/// <remarks>This file: what is asked and told. <c>.Wishes</c>: what is wished. How the power lives: <see cref="DisplayPower{TReply}"/>.</remarks>
public sealed partial class ProfiledDisplay : ProfiledDriver, IDisplayPowerLine
{
    private static readonly TimeSpan WarmsWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan CoolsWithin = TimeSpan.FromMinutes(5);

    private readonly DisplayPower<ProfiledReply> _power;
    private readonly ProfileRead _powerRead;
    private bool _isInStep;
    private bool _isLooking;

    internal ProfiledDisplay(Profile profile, DriverSetup setup) : base(profile, setup)
    {
        _powerRead = profile.ReadOf(PowerWords.PowerState)!;
        _power = new(() => Device, this, new(profile.Pace.Follow, WarmsWithin, CoolsWithin));
    }

    internal static new StateMachineInfo Describe() => DisplayPowerMachine.Describe();

    public override void OnLinked()
    {
        _power.Linked();
        _held.Clear();
        _isInStep = _isLooking = false;
        base.OnLinked();
    }

    public override void OnLinkLost()
    {
        _power.LinkLost();
        base.OnLinkLost();
    }

    public override void OnPoll()
    {
        _isLooking = false;
        base.OnPoll();
    }

    public override void OnTimer(string name) => _power.OnTimer(name);

    void IDisplayPowerLine.AskPower() => AskPower();

    void IDisplayPowerLine.LookAtPower()
    {
        if (_isLooking) return;
        _isLooking = true;
        Look(_powerRead, null);
    }

    void IDisplayPowerLine.LookAtPower(CommandRequest command) => Look(_powerRead, null, onBehalfOf: command);

    void IDisplayPowerLine.PictureCame()
    {
        if (!_isInStep) return;
        foreach (var read in Profile.Reads.Where(r => ProfileWords.OfThePicture.Contains(r.Property.Name))) ReadAll(read);
    }

    void IDisplayPowerLine.PictureWent()
    {
        foreach (var shown in Profile.Properties.Where(p => ProfileWords.OfThePicture.Contains(p.Name))) Device.Forget(shown.Name);
    }

    private protected override void Begin() => AskPower();

    private protected override bool IsWorthAsking(ProfileRead read) => _power.Mode is DisplayMode.On || !ProfileWords.OfThePicture.Contains(read.Property.Name);

    private protected override void Withheld(ProfileRead read, int? index)
    {
        if (ProfileWords.OfThePicture.Contains(read.Property.Name)) Device.Forget(read.Property.Name);
        if (read == _powerRead) _isLooking = false;
    }

    private protected override void Take(ProfileRead read, int? index, Value value)
    {
        if (read == _powerRead) TakePower(value);
        else if (_power.Mode is DisplayMode.On || !ProfileWords.OfThePicture.Contains(read.Property.Name)) base.Take(read, index, value);
    }

    /// <summary>Without the power nothing can be used: a display that would not say it is asked again until the runtime takes it for dead.</summary>
    private void AskPower() => Look(_powerRead, null, then: () =>
    {
        if (_power.Mode is DisplayMode.Unknown) _power.LookLater();
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

    private void TakePower(Value value)
    {
        _isLooking = false;
        if (!_power.Seen(value.Text)) Device.Forget(PowerWords.PowerState);
    }
}
