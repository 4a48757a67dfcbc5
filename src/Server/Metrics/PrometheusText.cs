using System.Globalization;
using System.Text;

namespace Hpc.Server.Metrics;

/// <summary>Writes metric families in the Prometheus text format.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new(16 * 1024);

    public void Append(MetricFamily family)
    {
        MetricSeries[] series = family.Series;
        if (!series.Any(one => one.IsPresent))
        {
            return;
        }

        AppendHead(family.Name, family.Help, family.Kind);
        foreach (MetricSeries one in series)
        {
            if (!one.IsPresent)
            {
                continue;
            }

            if (family.Kind == MetricKind.Histogram)
            {
                AppendHistogram(family, one);
            }
            else
            {
                AppendSample(family.Name, one.Tags, null, one.Value);
            }
        }
    }

    public void AppendCounter(string name, string help, double value)
    {
        AppendHead(name, help, MetricKind.Counter);
        AppendSample(name, [], null, value);
    }

    public override string ToString() => _text.ToString();

    private static string Show(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void AppendHead(string name, string help, MetricKind kind)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
    }

    private void AppendHistogram(MetricFamily family, MetricSeries series)
    {
        long sum = 0;
        for (int i = 0; i < family.Bounds.Length; i++)
        {
            sum += series.BucketCount(i);
            AppendSample(family.Name + "_bucket", series.Tags, Show(family.Bounds[i]), sum);
        }

        sum += series.BucketCount(family.Bounds.Length);
        AppendSample(family.Name + "_bucket", series.Tags, "+Inf", sum);
        AppendSample(family.Name + "_sum", series.Tags, null, series.Value);
        AppendSample(family.Name + "_count", series.Tags, null, sum);
    }

    private void AppendSample(string name, KeyValuePair<string, object?>[] tags, string? bound, double value)
    {
        _text.Append(name);
        if (tags.Length > 0 || bound is not null)
        {
            _text.Append('{');
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                AppendLabel(MetricName.Clean(tag.Key), Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "");
            }

            if (bound is not null)
            {
                AppendLabel("le", bound);
            }

            _text.Length--;
            _text.Append('}');
        }

        _text.Append(' ').Append(Show(value)).Append('\n');
    }

    private void AppendLabel(string name, string value)
    {
        _text.Append(name).Append("=\"");
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => _text.Append("\\\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append("\\n"),
                _ => _text.Append(c),
            };
        }

        _text.Append("\",");
    }
}
