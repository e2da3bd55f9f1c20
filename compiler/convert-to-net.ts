/** From the bytes of a network file to net.json with its conversion, which a build takes over as it is. */
import { fail, shapeSize, type Diagnostic } from '../isa/index.ts';
import { conversionOf, convertNetwork, type BuildRequest } from './convert.ts';
import type { Conversion } from './ir/conversion.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { writeNet, type NetFiles } from './write/write-net.ts';

export interface ConvertResult extends NetFiles {
  readonly network: string;
  readonly conversion: Conversion;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @param tensorFile name that the document gives to the file of its tensors
 * @throws DiagnosticError for every fault of the network and the data; whatever `signal` was aborted with
 */
export async function convertToNet(
  request: BuildRequest,
  tensorFile: string,
  hooks: BuildHooks,
): Promise<ConvertResult> {
  const converted = await convertNetwork(request, new PassRunner(hooks));
  const { labels } = request.options;
  const classes = shapeSize(converted.formed.graph.layers.at(-1)!.shape);
  if (labels !== undefined) checkLabels(labels, classes);
  const ann = { ...converted.ann, ...(labels && { labels }) };
  const conversion = conversionOf(converted);
  return {
    ...writeNet(ann, conversion, tensorFile),
    network: ann.name,
    conversion,
    warnings: converted.warnings,
  };
}

/** @throws DiagnosticError E0103 where there are names, but not one per output */
export function checkLabels(labels: readonly string[], classes: number): void {
  if (labels.length !== 0 && labels.length !== classes)
    fail(
      'E0103',
      `${labels.length} class names were given for ${classes} outputs`,
      undefined,
      'give one name per output',
    );
}
