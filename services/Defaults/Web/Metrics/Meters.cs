using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Web.Metrics;

/// <summary>Listens to the instruments of requests, of the runtime and of every meter whose name begins with "Library", and tells what they say.</summary>
internal sealed class Meters : IDisposable
{
    private static readonly string[] Known = ["Microsoft.AspNetCore.Hosting", "System.Runtime", "Library"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Family> _families = [];
    private readonly Lock _telling = new();

    public Meters(IOptions<WebOptions> options, IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument.Meter, factory))
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, new Family(instrument, options.Value.MaxSeries)));
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _families.Remove(instrument, out Family? _);
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.Start();
    }

    public string Tell()
    {
        lock (_telling)
        {
            foreach (var family in _families.Values)
            {
                family.Forget();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var (_, family) in _families.OrderBy(family => family.Key.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Other hosts in this process (tests have several) keep their own.</summary>
    private static bool IsOurs(Meter meter, IMeterFactory factory) =>
        (meter.Scope is null || ReferenceEquals(meter.Scope, factory)) && Known.Any(name => meter.Name == name || meter.Name.StartsWith(name + ".", StringComparison.Ordinal));
}
