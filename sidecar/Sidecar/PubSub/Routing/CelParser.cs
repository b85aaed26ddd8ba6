namespace Sidecar.PubSub.Routing;

/// <summary>Builds an expression from its tokens, one method for each level of precedence, loosest first.</summary>
internal sealed class CelParser
{
    private const int DeepestNesting = 200;
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "namespace", "package", "return", "var", "void", "while",
    };

    private readonly string text;
    private readonly CelCursor at;
    private int depth;

    private CelParser(string text)
    {
        this.text = text;
        at = new CelCursor(text);
    }

    /// <summary>Throws <see cref="CelException"/>.</summary>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(text);
        var root = parser.Choice();
        return parser.at.Here.Kind == CelTokenKind.End ? root : throw parser.at.Unexpected();
    }

    private CelNode Choice()
    {
        if (++depth > DeepestNesting)
        {
            throw new CelException($"too deeply nested: {text}");
        }

        var node = Or();
        if (at.Take("?"))
        {
            var yes = Or();
            at.Expect(":");
            node = new CelChoice(node, yes, Choice());
        }

        depth--;
        return node;
    }

    private CelNode Or()
    {
        var node = And();
        while (at.Take("||"))
        {
            node = new CelLogic(node, And(), deciding: true);
        }

        return node;
    }

    private CelNode And()
    {
        var node = Comparison();
        while (at.Take("&&"))
        {
            node = new CelLogic(node, Comparison(), deciding: false);
        }

        return node;
    }

    private CelNode Comparison()
    {
        var node = Sum();
        while (at.Here.IsName("in") || (at.Here.Kind == CelTokenKind.Sign && Array.IndexOf(Comparisons, at.Here.Text) >= 0))
        {
            node = Binary(node, Sum);
        }

        return node;
    }

    private CelNode Sum()
    {
        var node = Product();
        while (at.Here.Is("+") || at.Here.Is("-"))
        {
            node = Binary(node, Product);
        }

        return node;
    }

    private CelNode Product()
    {
        var node = Unary();
        while (at.Here.Is("*") || at.Here.Is("/") || at.Here.Is("%"))
        {
            node = Binary(node, Unary);
        }

        return node;
    }

    private CelCall Binary(CelNode left, Func<CelNode> operand)
    {
        var sign = at.Next().Text;
        return new CelCall([left, operand()], CelOperators.Of(sign));
    }

    private CelNode Unary()
    {
        if (at.Here.Is("!") || (at.Here.Is("-") && at.Ahead.Kind is not (CelTokenKind.Int or CelTokenKind.Double)))
        {
            if (++depth > DeepestNesting)
            {
                throw new CelException($"too deeply nested: {text}");
            }

            var operation = at.Next().Text == "!" ? (Func<object?[], object?>)CelOperators.Not : CelOperators.Negate;
            var node = new CelCall([Unary()], operation);
            depth--;
            return node;
        }

        return Members(Primary());
    }

    private CelNode Members(CelNode node)
    {
        while (true)
        {
            if (at.Take("["))
            {
                var index = Choice();
                at.Expect("]");
                node = new CelIndex(node, index);
            }
            else if (at.Take("."))
            {
                var name = at.Name();
                node = at.Take("(") ? MemberCall(node, name) : new CelSelect(node, name);
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode MemberCall(CelNode target, string name)
    {
        var arguments = Arguments(")");
        CelMacroKind? macro = (name, arguments.Count) switch
        {
            ("all", 2) => CelMacroKind.All,
            ("exists", 2) => CelMacroKind.Exists,
            ("exists_one", 2) => CelMacroKind.ExistsOne,
            ("map", 2 or 3) => CelMacroKind.Map,
            ("filter", 2) => CelMacroKind.Filter,
            _ => null,
        };
        if (macro is not { } kind)
        {
            return new CelCall([target, .. arguments], CelFunctions.Find(name, arguments.Count + 1, isMember: true));
        }

        var variable = arguments[0] is CelVariable simple ? simple.Name : throw new CelException($"the first argument of {name}() must be a plain name in: {text}");
        return (kind, arguments.Count) switch
        {
            (CelMacroKind.Map, 2) => new CelMacro(kind, target, variable, new CelLiteral(true), arguments[1]),
            (CelMacroKind.Map, _) => new CelMacro(kind, target, variable, arguments[1], arguments[2]),
            _ => new CelMacro(kind, target, variable, arguments[1], null),
        };
    }

    private CelNode Primary()
    {
        var token = at.Here;
        switch (token.Kind)
        {
            case CelTokenKind.Int or CelTokenKind.Uint or CelTokenKind.Double:
                return CelNumberLiteral.Read(at.Next(), isNegative: false, text);
            case CelTokenKind.Sign when at.Take("-"):
                return CelNumberLiteral.Read(at.Next(), isNegative: true, text);
            case CelTokenKind.String:
                return new CelLiteral(at.Next().Text);
            case CelTokenKind.Bytes:
                return new CelLiteral(at.Next().Bytes);
            case CelTokenKind.Identifier:
                return NameOrCall();
            case CelTokenKind.Sign when at.Take("("):
                var inner = Choice();
                at.Expect(")");
                return inner;
            case CelTokenKind.Sign when at.Take("["):
                return new CelListLiteral(Arguments("]"));
            case CelTokenKind.Sign when at.Take("{"):
                return Map();
            case CelTokenKind.Sign when at.Take("."):
                return NameOrCall();
            default:
                throw at.Unexpected();
        }
    }

    private CelNode NameOrCall()
    {
        var name = at.Name();
        switch (name)
        {
            case "true":
                return new CelLiteral(true);
            case "false":
                return new CelLiteral(false);
            case "null":
                return new CelLiteral(null);
        }

        if (Reserved.Contains(name))
        {
            throw new CelException($"reserved identifier: {name}");
        }

        if (!at.Take("("))
        {
            return new CelVariable(name);
        }

        var arguments = Arguments(")");
        if (name != "has")
        {
            return new CelCall([.. arguments], CelFunctions.Find(name, arguments.Count, isMember: false));
        }

        return arguments is [CelSelect member] ? member.AsTest() : throw new CelException($"has() takes one member, such as has(event.data), in: {text}");
    }

    private CelMapLiteral Map()
    {
        var entries = new List<(CelNode, CelNode)>();
        while (!at.Take("}"))
        {
            var key = Choice();
            at.Expect(":");
            entries.Add((key, Choice()));
            if (!at.Take(","))
            {
                at.Expect("}");
                break;
            }
        }

        return new CelMapLiteral(entries);
    }

    private List<CelNode> Arguments(string end)
    {
        var arguments = new List<CelNode>();
        while (!at.Take(end))
        {
            arguments.Add(Choice());
            if (!at.Take(","))
            {
                at.Expect(end);
                break;
            }
        }

        return arguments;
    }
}
