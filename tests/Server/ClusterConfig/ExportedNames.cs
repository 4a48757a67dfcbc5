using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Hpc.Server.Metrics;

namespace Hpc.Server.Tests.ClusterConfig;

/// <summary>Names of all metrics that this process has, those without a value yet among them.</summary>
internal static class ExportedNames
{
    public static HashSet<string> Read()
    {
        // What is in static fields is made when it is first used.
        foreach (Type type in Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(KeepsMeters))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        var names = new HashSet<string>(["hpc_metrics_measurements_refused_total"], StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("hpc", StringComparison.OrdinalIgnoreCase) && !instrument.Meter.Name.StartsWith("Hpc.Test", StringComparison.Ordinal))
                {
                    names.UnionWith(Of(instrument));
                }
            },
        };
        listener.Start();
        return names;
    }

    private static IEnumerable<string> Of(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        MetricKind kind = type.Contains("UpDown", StringComparison.Ordinal) || type.Contains("Gauge", StringComparison.Ordinal) ? MetricKind.Gauge
            : type.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : MetricKind.Counter;
        string name = MetricName.Of(instrument, kind);
        return kind == MetricKind.Histogram ? [name + "_bucket", name + "_sum", name + "_count"] : [name];
    }

    // All that the server refers to, loaded or not.
    private static HashSet<Assembly> Assemblies()
    {
        var found = new HashSet<Assembly>();
        var next = new Queue<Assembly>([typeof(PrometheusExporter).Assembly]);
        while (next.TryDequeue(out Assembly? assembly))
        {
            if (found.Add(assembly))
            {
                foreach (AssemblyName name in assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Hpc.", StringComparison.Ordinal)))
                {
                    next.Enqueue(Assembly.Load(name));
                }
            }
        }

        return found;
    }

    private static bool KeepsMeters(Type type) =>
        !type.ContainsGenericParameters
        && type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Any(field => field.FieldType == typeof(Meter) || field.FieldType.Name.EndsWith("Metrics", StringComparison.Ordinal));
}
