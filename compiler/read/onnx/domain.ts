/** Whether a domain is that of the operators which ONNX itself defines. */
export const isOnnxDomain = (domain: string): boolean => domain === '' || domain === 'ai.onnx';
