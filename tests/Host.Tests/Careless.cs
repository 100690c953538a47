using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Links;

namespace AvGateway.Host.Tests;

/// <summary>What a driver does wrong, whatever its protocol is. Each member may change what passes between the driver and the gateway.</summary>
internal sealed record Carelessness
{
    /// <summary>What is shown instead of what the device told.</summary>
    public Func<string, Value, IEnumerable<(string Property, Value Value)>> Shows { get; init; } = (property, value) => [(property, value)];

    /// <summary>What the driver makes of a wish.</summary>
    public Func<Arguments, Arguments> Takes { get; init; } = arguments => arguments;

    /// <summary>Ends a wish at once, without the driver.</summary>
    public Func<CommandRequest, CommandResult?> EndsAtOnce { get; init; } = _ => null;

    /// <summary>How a wish that the driver ends is said to have ended.</summary>
    public Func<CommandResult, CommandResult> Ends { get; init; } = result => result;

    public Func<string, bool> Raises { get; init; } = _ => true;
    public Func<string, bool> Tells { get; init; } = _ => true;

    /// <summary>Hears of each link.</summary>
    public Action Linked { get; init; } = () => { };

    /// <summary>A fault that is raised when a property is shown with this value.</summary>
    public (string Property, Value Value, string Fault)? RaisesWhenShown { get; init; }

    public DriverManifest Of(DriverManifest manifest) => manifest.Accept(new Maker(this));

    private sealed class Maker(Carelessness how) : IManifestVisitor<DriverManifest>
    {
        public DriverManifest Visit<TReply>(DriverManifest<TReply> manifest) => manifest with { Create = setup => new Careless<TReply>(manifest.Create(setup), how) };
    }
}

/// <summary>A driver that is right in everything but one thing.</summary>
internal sealed class Careless<TReply>(DeviceDriver<TReply> inner, Carelessness how) : DeviceDriver<TReply>(inner.Codec)
{
    private Between? _between;

    public override void OnLinked()
    {
        if (_between is null) inner.Attach(_between = new(Device, how));
        how.Linked();
        inner.OnLinked();
    }

    public override void OnLinkLost() => inner.OnLinkLost();
    public override void OnUnsolicited(TReply reply) => inner.OnUnsolicited(reply);
    public override void OnPoll() => inner.OnPoll();
    public override void OnTimer(string name) => inner.OnTimer(name);
    public override void OnNotSeen(CommandRequest command, string property) => inner.OnNotSeen(_between!.Taken(command), property);

    public override void OnCommand(CommandRequest command)
    {
        if (how.EndsAtOnce(command) is { } end) Device.Complete(command, end);
        else inner.OnCommand(_between!.Taken(command));
    }

    private sealed class Between(IDeviceContext<TReply> device, Carelessness how) : IDeviceContext<TReply>
    {
        private readonly Dictionary<CommandRequest, CommandRequest> _asked = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<CommandRequest, CommandRequest> _taken = new(ReferenceEqualityComparer.Instance);

        public DeviceId Id => device.Id;
        public LinkAddress Link => device.Link;
        public DateTimeOffset Now => device.Now;

        public CommandRequest Taken(CommandRequest asked)
        {
            if (_taken.TryGetValue(asked, out var taken)) return taken;
            taken = asked with { Args = how.Takes(asked.Args) };
            _asked[taken] = asked;
            return _taken[asked] = taken;
        }

        public void Ask(string request, Func<TReply, bool> onReply, CommandRequest? onBehalfOf, AskTiming? timing) => device.Ask(request, onReply, onBehalfOf is null ? null : Asked(onBehalfOf), timing);
        public void Tell(string request, CommandRequest? onBehalfOf) => device.Tell(request, onBehalfOf is null ? null : Asked(onBehalfOf));

        public void Report(string property, Value value, ReadingSource? source)
        {
            foreach (var (shown, at) in how.Shows(property, value)) device.Report(shown, at, source);
            if (how.RaisesWhenShown is { } raised && raised.Property == property && raised.Value == value) device.Raise(raised.Fault);
        }

        public void Assume(string property, Value value) => device.Assume(property, value);
        public void Forget(string property) => device.Forget(property);
        public void Extent(string name, int count) => device.Extent(name, count);
        public void SetMode(string mode) => device.SetMode(mode);
        public void Synchronised() => device.Synchronised();
        public void Unusable(string reason) => device.Unusable(reason);
        public void Identify(string serialNumber) => device.Identify(serialNumber);

        public void Raise(string faultCode, string? detail)
        {
            if (how.Raises(faultCode)) device.Raise(faultCode, detail);
        }

        public void Clear(string faultCode) => device.Clear(faultCode);

        public void Happened(string eventType, params (string Name, Value Value)[] details)
        {
            if (how.Tells(eventType)) device.Happened(eventType, details);
        }

        public void Acknowledged(CommandRequest command) => device.Acknowledged(Asked(command));

        public void Expect(CommandRequest command, string property, Value wished, TimeSpan within, Action lookAgain) => device.Expect(Asked(command), property, wished, within, lookAgain);

        public void Expect(CommandRequest command, string property, IReadOnlyList<Value> wished, TimeSpan within, Action lookAgain) =>
            device.Expect(Asked(command), property, wished, within, lookAgain);

        public void Complete(CommandRequest command, CommandResult result) => device.Complete(Asked(command), how.Ends(result));
        public void StartTimer(string name, TimeSpan due) => device.StartTimer(name, due);
        public void StopTimer(string name) => device.StopTimer(name);
        public void Reconnect(string reason, string detail, TimeSpan notBefore) => device.Reconnect(reason, detail, notBefore);

        private CommandRequest Asked(CommandRequest taken) => _asked.GetValueOrDefault(taken, taken);
    }
}
